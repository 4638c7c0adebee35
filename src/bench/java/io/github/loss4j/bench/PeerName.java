// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.bench;

import io.github.loss4j.LossBackend;

/** The peers, as {@code -p peer=} of JMH has them. */
enum PeerName {
  MEMORY,
  LIBTORCH,
  ONNX_RUNTIME,
  DJL,
  ANY_ORDER,
  CPU,
  OPENCL;

  /** Whether this machine has it. */
  boolean usable() {
    return this != OPENCL
        || LossBackend.named("opencl").status() instanceof LossBackend.Status.Usable;
  }

  /** Loads it; one that computes on the host uses so many threads, if loss4j does not say. */
  Peer open(int threads) {
    return switch (this) {
      case MEMORY -> new MemoryLimit(threads);
      case LIBTORCH -> new LibtorchPeer(threads);
      case ONNX_RUNTIME -> new OnnxRuntimePeer(threads);
      case DJL -> new DjlPeer(threads);
      case ANY_ORDER -> new AnyOrderPeer(threads);
      case CPU -> new Loss4jPeer("cpu");
      case OPENCL -> new Loss4jPeer("opencl");
    };
  }
}
