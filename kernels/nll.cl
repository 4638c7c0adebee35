// Negative log-likelihood -w_y x_y of rows of log-probabilities and labels, and its gradient.
//
//   labels    a class per row, or -1 for a row that is ignored
//   weight    per class, or null
//   losses    one per row
//   correct   one per row, or null
//   gradient  (outer, classes, inner), with -DGRADIENT_TYPE; upstream one per row, or null for scale + scale_tail
//
// One work-item per row gathers its label: 4 bytes of label, one element, one loss. The gradient is filled
// with zeros by the host, as fast as memory is; then one work-item per row writes its only other element.
#include "row.clh"
#include "operation.clh"

__kernel void nll_losses(TENSOR_PARAMETERS(const input_t, input), long rows, int classes, long inner,
                         __global const int *labels, __global const REAL *weight,
                         __global REAL *losses, __global uchar *correct) {
  if (get_global_id(0) < rows) {
    const row_t row = row_at(TENSOR_AT(input), get_global_id(0), classes, inner);
    const int label = labels[row.row];
    losses[row.row] = label < 0 ? 0 : of_class(weight, label) * -element_at(&row, label);
    if (correct) {
      correct[row.row] = label >= 0 && scan_for_first_largest(&row, label);
    }
  }
}

#ifdef GRADIENT_TYPE
#define TENSOR gradient
#define TENSOR_TYPE GRADIENT_TYPE
#include "element.clh"

__kernel void nll_gradient(long rows, int classes, long inner, __global const int *labels,
                           __global const REAL *weight, TENSOR_PARAMETERS(gradient_t, gradient),
                           TENSOR_PARAMETERS(const REAL, upstream), REAL scale, REAL scale_tail) {
  const long row = get_global_id(0);
  const int label = row < rows ? labels[row] : -1;
  if (label >= 0) {
    __global const REAL *upstream = TENSOR_AT(upstream);
    const double_word_t g = {upstream ? upstream[row] : scale, upstream ? 0 : scale_tail};
    const long start = (row / inner) * classes * inner + row % inner;
    gradient_store(TENSOR_AT(gradient), start + label * inner, times(g, -of_class(weight, label)));
  }
}
#endif
