// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.DType;
import io.github.loss4j.DeviceMemory;
import io.github.loss4j.DeviceStorage;
import io.github.loss4j.RowStatistic;
import io.github.loss4j.Tensor;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a backend does: rows in, per-row results out. It never validates, never reduces across rows
 * and never knows a file format; {@link HostSession} does.
 *
 * <p>Each call takes one piece: dense tensors seen as {@link Rows}, with at least one row and one
 * class. "Arithmetic type" is the type of the results: F32 or F64; inputs of other floating types
 * are widened to it as they are read, and gradients of a narrower type are rounded to nearest even
 * as they are written. A destination may be the input itself. Threads may call at the same time.
 */
public interface RowKernels extends AutoCloseable {

  /**
   * Whether the device computes in an arithmetic type.
   *
   * @param arithmetic F32 or F64
   * @return whether calls may have it
   */
  boolean supports(DType arithmetic);

  /**
   * Whether inputs, target probabilities, upstream gradients and destinations of gradients may lie
   * in some memory of a device. All else lies in the host's.
   *
   * @param storage the memory
   * @return whether it is the device's that computes
   */
  default boolean reaches(DeviceStorage storage) {
    return false;
  }

  /**
   * The most bytes that the input of one call may have.
   *
   * @return bytes, for a tensor that has at least one row
   */
  long maxInputBytes();

  /**
   * How many calls to make at the same time for an input of the host's that has several pieces, so
   * that one is brought to the device while another is computed.
   *
   * @return 1 where nothing need be brought to the device
   */
  default int piecesAtATime() {
    return 1;
  }

  /**
   * The size of those pieces.
   *
   * @return bytes, not more than {@link #maxInputBytes}
   */
  default long pieceBytes() {
    return maxInputBytes();
  }

  /**
   * A loss of rows and labels.
   *
   * @param rows what to compute
   */
  void labels(LabelRows rows);

  /**
   * A loss of rows and target probabilities.
   *
   * @param rows what to compute
   */
  void probabilities(ProbabilityRows rows);

  /**
   * A loss that is computed element by element.
   *
   * @param elements what to compute
   */
  void elements(Elements elements);

  /**
   * Softmax or its logarithm.
   *
   * @param rows what to compute
   */
  void normalize(Normalize rows);

  /**
   * The gradient of softmax or its logarithm.
   *
   * @param rows what to compute
   */
  void normalizeGradient(NormalizeGradient rows);

  /**
   * A product of matrices, the one operation whose sums may go across rows.
   *
   * @param product what to compute
   */
  void multiply(MatrixProduct product);

  /**
   * Does work of the host, such as checking labels: where kernels compute with threads of the
   * host's, a part of it on each.
   *
   * @param count how many things there are to do
   * @param work does them
   */
  default void shareOut(long count, Work work) {
    work.compute(0, count);
  }

  /** Work that can be done in parts, by several threads at the same time. */
  @FunctionalInterface
  interface Work {
    /**
     * Does a part.
     *
     * @param from the first
     * @param to the one after the last
     */
    void compute(long from, long to);
  }

  /**
   * Memory of the device.
   *
   * @param bytes the size of each of two blocks, or what the device has
   * @return the memory
   */
  DeviceMemory memory(long bytes);

  @Override
  void close();

  /**
   * A gradient to be computed with a loss: that of &sum; g<sub>r</sub> loss<sub>r</sub>.
   *
   * @param destination of the differentiated tensor's shape; the arithmetic type or that tensor's
   * @param upstream g<sub>r</sub> per row, of the arithmetic type; null if it is {@code scale}
   * @param scale g<sub>r</sub> of every row, if there is no upstream
   */
  record Gradient(Tensor destination, @Nullable Tensor upstream, Scale scale) {}

  /**
   * A loss of rows and labels.
   *
   * @param kernel which loss
   * @param rows the layout of the input
   * @param input floating: logits or log-probabilities
   * @param labels I32, one per row: a class, or -1 for a row that is ignored, whose loss and
   *     gradient are 0
   * @param parameters those of the loss
   * @param losses where those of the rows go
   * @param correct U8, one per row: 1 if the label is the first of the largest elements (NaN counts
   *     as largest), else 0; null if not wanted
   * @param statistics those that are wanted, one element per row
   * @param gradient with respect to the input; null if not wanted
   */
  record LabelRows(
      ClassKernel.OfLabels kernel,
      Rows rows,
      Tensor input,
      Tensor labels,
      RowParameters parameters,
      RowLosses losses,
      @Nullable Tensor correct,
      Map<RowStatistic, Tensor> statistics,
      @Nullable Gradient gradient) {}

  /**
   * A loss of rows and target probabilities.
   *
   * @param kernel which loss
   * @param rows the layout of the input and of the targets
   * @param input floating: logits
   * @param targets floating
   * @param parameters those of the loss
   * @param losses where those of the rows go
   * @param statistics those that are wanted, one element per row
   * @param gradient with respect to the input; null if not wanted
   * @param targetGradient with respect to the targets; null if not wanted
   */
  record ProbabilityRows(
      ClassKernel.OfProbabilities kernel,
      Rows rows,
      Tensor input,
      Tensor targets,
      RowParameters parameters,
      RowLosses losses,
      Map<RowStatistic, Tensor> statistics,
      @Nullable Gradient gradient,
      @Nullable Gradient targetGradient) {}

  /**
   * What a kernel reads an element from: element i of the piece, which is element first + i of the
   * whole, is element i of the tensor or, if the tensor is repeated, ((first + i) / inner) mod
   * period.
   *
   * @param tensor the elements
   * @param inner how many neighbours share an element, if it is repeated
   * @param period after how many of the tensor's elements it begins again; 0 if it is not repeated
   */
  record Operand(Tensor tensor, long inner, long period) {}

  /**
   * A loss that is computed element by element. Its results are multiplied by the weight.
   *
   * @param kernel which loss
   * @param first the number of the piece's first element in the whole
   * @param count how many elements
   * @param input floating
   * @param target floating
   * @param weight of the arithmetic type; null for 1
   * @param factor a tensor that the kernel gives a meaning to, of the arithmetic type; null for 1
   * @param alpha a parameter that the kernel gives a meaning to, rounded to the arithmetic type
   * @param gamma another
   * @param losses where those of the elements go
   * @param gradient with respect to the input; null if not wanted
   * @param targetGradient with respect to the target; null if not wanted
   */
  record Elements(
      ElementKernel kernel,
      long first,
      long count,
      Operand input,
      Operand target,
      @Nullable Operand weight,
      @Nullable Operand factor,
      double alpha,
      double gamma,
      RowLosses losses,
      @Nullable Gradient gradient,
      @Nullable Gradient targetGradient) {}

  /**
   * Softmax or its logarithm.
   *
   * @param rows the layout of input and output
   * @param logarithm whether the logarithm is wanted
   * @param input floating
   * @param output the arithmetic type or the input's
   * @param arithmetic F32 or F64
   */
  record Normalize(Rows rows, boolean logarithm, Tensor input, Tensor output, DType arithmetic) {}

  /**
   * The gradient of softmax or its logarithm.
   *
   * @param rows the layout of all tensors
   * @param logarithm whether it was the logarithm
   * @param input floating
   * @param upstream of the arithmetic type; null for 1
   * @param gradient the arithmetic type or the input's
   * @param arithmetic F32 or F64
   */
  record NormalizeGradient(
      Rows rows,
      boolean logarithm,
      Tensor input,
      @Nullable Tensor upstream,
      Tensor gradient,
      DType arithmetic) {}
}
