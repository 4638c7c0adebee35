// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.examples;

import io.github.loss4j.DType;
import io.github.loss4j.Tensor;
import io.github.loss4j.io.NpyFile;
import io.github.loss4j.io.SafetensorsFile;
import io.github.loss4j.io.TensorWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Real input for {@code loss4j eval}: trains a language model on the first nine tenths of a text,
 * and writes what it says of the rest, a row for each byte.
 *
 * <ul>
 *   <li>{@code logits.safetensors}: F32, shape (rows, 256), the logarithm of each byte's
 *       probability;
 *   <li>{@code logits-bf16.safetensors}: the same, rounded to BF16;
 *   <li>{@code targets.npy}: I64, shape (rows), the bytes that the text really has.
 * </ul>
 */
public final class NgramLanguageModel {
  private static final int LEAST_BYTES = 10;
  private static final int BATCH_ROWS = 1024;

  private final NgramModel model = new NgramModel();
  private final byte[] text;
  private final int trained;
  private double sumOfNll;

  private NgramLanguageModel(byte[] text) {
    this.text = text;
    this.trained = (int) (text.length * 9L / 10);
  }

  /** Takes a text file of up to 2 GB, and the folder to write to. */
  public static void main(String[] args) {
    if (args.length != 2) {
      System.err.println("usage: NgramLanguageModel TEXT FOLDER");
      System.exit(2);
    }
    try {
      run(Path.of(args[0]), Path.of(args[1]), System.out);
    } catch (IOException e) {
      System.err.println(e);
      System.exit(1);
    }
  }

  static void run(Path file, Path folder, PrintStream out) throws IOException {
    byte[] text = Files.readAllBytes(file);
    if (text.length < LEAST_BYTES) {
      throw new IOException(file + " has fewer than " + LEAST_BYTES + " bytes");
    }
    Files.createDirectories(folder);
    NgramLanguageModel example = new NgramLanguageModel(text);
    example.model.train(text, example.trained);
    example.writeLogits(folder);
    example.writeTargets(folder.resolve("targets.npy"));
    out.printf(
        Locale.ROOT,
        "trained on %,d bytes, wrote the logits of the other %,d to %s%n",
        example.trained,
        example.rows(),
        folder);
    out.printf(Locale.ROOT, "mean NLL  %.6g%n", example.sumOfNll / example.rows());
  }

  private int rows() {
    return text.length - trained;
  }

  /** Writes a batch of rows at a time, so that memory does not limit the text. */
  private void writeLogits(Path folder) throws IOException {
    Path exact = folder.resolve("logits.safetensors");
    Path rounded = folder.resolve("logits-bf16.safetensors");
    long[] shape = {rows(), NgramModel.CLASSES};
    try (TensorWriter f32 = SafetensorsFile.create(exact, "logits", DType.F32, shape);
        TensorWriter bf16 = SafetensorsFile.create(rounded, "logits", DType.BF16, shape)) {
      for (int at = trained; at < text.length; at += BATCH_ROWS) {
        double[] logits = logits(at, Math.min(BATCH_ROWS, text.length - at));
        f32.append(tensor(logits, DType.F32));
        bf16.append(tensor(logits, DType.BF16));
      }
    }
  }

  /** With StrictMath, which gives the same file on every machine. */
  private double[] logits(int from, int rows) {
    double[] logits = new double[rows * NgramModel.CLASSES];
    double[] probabilities = new double[NgramModel.CLASSES];
    for (int row = 0; row < rows; row++) {
      model.predict(text, from + row, probabilities);
      for (int c = 0; c < NgramModel.CLASSES; c++) {
        logits[row * NgramModel.CLASSES + c] = StrictMath.log(probabilities[c]);
      }
      sumOfNll -= StrictMath.log(probabilities[Byte.toUnsignedInt(text[from + row])]);
    }
    return logits;
  }

  private static Tensor tensor(double[] logits, DType dtype) {
    Tensor rows = Tensor.allocate(dtype, logits.length / NgramModel.CLASSES, NgramModel.CLASSES);
    for (int i = 0; i < logits.length; i++) {
      rows.setDouble(i, logits[i]);
    }
    return rows;
  }

  private void writeTargets(Path file) throws IOException {
    long[] targets = new long[rows()];
    for (int row = 0; row < targets.length; row++) {
      targets[row] = Byte.toUnsignedInt(text[trained + row]);
    }
    NpyFile.write(file, Tensor.of(targets));
  }
}
