// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.bench;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * An ONNX model of one operator: a protocol buffer, whose fields have the numbers of onnx.proto
 * (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
 */
final class OnnxModel {
  static final String SCORES = "scores";
  static final String LABELS = "labels";
  private static final String LOSS = "loss";
  private static final String OPERATOR = "SoftmaxCrossEntropyLoss";

  private static final int IR_VERSION = 8;
  private static final int OPSET = 13;
  private static final int FLOAT = 1;
  private static final int INT64 = 7;

  private OnnxModel() {}

  /** Logits and labels to their mean loss, as PyTorch's defaults have it. */
  static byte[] softmaxCrossEntropyLoss(int rank) {
    return message(
        model -> {
          model.writeInt64(1, IR_VERSION);
          model.writeByteArray(7, graph(rank));
          model.writeByteArray(8, message(opset -> opset.writeInt64(2, OPSET)));
        });
  }

  private static byte[] graph(int rank) {
    return message(
        graph -> {
          graph.writeByteArray(1, node());
          graph.writeString(2, OPERATOR);
          graph.writeByteArray(11, value(SCORES, FLOAT, rank));
          graph.writeByteArray(11, value(LABELS, INT64, rank - 1));
          graph.writeByteArray(12, value(LOSS, FLOAT, 0));
        });
  }

  private static byte[] node() {
    return message(
        node -> {
          node.writeString(1, SCORES);
          node.writeString(1, LABELS);
          node.writeString(2, LOSS);
          node.writeString(4, OPERATOR);
        });
  }

  /** A tensor whose extents are not known. */
  private static byte[] value(String name, int type, int rank) {
    byte[] shape =
        message(
            dimensions -> {
              for (int axis = 0; axis < rank; axis++) {
                String symbol = name + axis;
                dimensions.writeByteArray(1, message(d -> d.writeString(2, symbol)));
              }
            });
    byte[] tensor =
        message(
            t -> {
              t.writeInt32(1, type);
              t.writeByteArray(2, shape);
            });
    return message(
        value -> {
          value.writeString(1, name);
          value.writeByteArray(2, message(t -> t.writeByteArray(1, tensor)));
        });
  }

  @FunctionalInterface
  private interface Fields {
    void write(CodedOutputStream out) throws IOException;
  }

  private static byte[] message(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      fields.write(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
