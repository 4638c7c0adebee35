// A product of matrices, added to what is there: result = start + left right.
//
//   left     (rows, inner) of -DLEFT_TYPE: element (i, k) is left[i left_row + k left_column]
//   right    (inner, columns) of -DRIGHT_TYPE, likewise
//   start    row i begins at i start_row, which is 0 if there is one row for all; or null for 0
//   result   (rows, columns) of -DRESULT_TYPE, dense; start itself to add to it
//
// The order of each sum is the same on every device: the inner dimension is cut into chunks; inside a
// chunk products are added in order to 0, and the chunks' sums in order to the start.
// host/MatrixProduct.java has the same number.
//
// One work-item per element of the result: it reads 2 inner elements, which neighbours share, and
// writes one; inner fused multiply-adds and inner / 32 additions. No tile is kept in local memory, so the
// loads, two for each multiply-add, are the limit, and not the arithmetic.
#define TENSOR left
#define TENSOR_TYPE LEFT_TYPE
#include "element.clh"

#define TENSOR right
#define TENSOR_TYPE RIGHT_TYPE
#include "element.clh"

#define TENSOR result
#define TENSOR_TYPE RESULT_TYPE
#include "element.clh"

#define CHUNK 32

__kernel void matrix_product(TENSOR_PARAMETERS(const left_t, left), long left_row, long left_column,
                             TENSOR_PARAMETERS(const right_t, right), long right_row,
                             long right_column, TENSOR_PARAMETERS(const REAL, start), long start_row,
                             TENSOR_PARAMETERS(result_t, result), long rows, long columns,
                             long inner) {
  const long i = get_global_id(0) / columns;
  const long j = get_global_id(0) % columns;
  if (i >= rows) {
    return;
  }
  __global const left_t *left = TENSOR_AT(left);
  __global const right_t *right = TENSOR_AT(right);
  __global const REAL *start = TENSOR_AT(start);
  REAL sum = start ? start[i * start_row + j] : 0;
  for (long from = 0; from < inner; from += CHUNK) {
    const long to = min(inner, from + CHUNK);
    REAL chunk = 0;
    for (long k = from; k < to; k++) {
      const REAL x = left_load(left, i * left_row + k * left_column);
      chunk = fma(x, right_load(right, k * right_row + j * right_column), chunk);
    }
    sum += chunk;
  }
  result_store(TENSOR_AT(result), i * columns + j, sum);
}
