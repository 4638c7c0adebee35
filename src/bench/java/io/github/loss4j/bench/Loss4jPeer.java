// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.bench;

import io.github.loss4j.LossBackend;
import io.github.loss4j.LossSession;
import io.github.loss4j.cli.BenchInputs;

/** A backend of loss4j. */
final class Loss4jPeer implements Peer {
  private final LossSession session;

  Loss4jPeer(String backend) {
    session = LossBackend.named(backend).open();
  }

  @Override
  public String label() {
    return "loss4j " + session.backend();
  }

  @Override
  public boolean takes(BenchInputs inputs) {
    return true;
  }

  @Override
  public Computation prepare(BenchInputs inputs) {
    return () -> inputs.run(session);
  }

  @Override
  public void close() {
    session.close();
  }
}
