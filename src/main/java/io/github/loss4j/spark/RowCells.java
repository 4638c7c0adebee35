// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.spark;

import io.github.loss4j.InvalidInputException;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import scala.collection.Seq;

/** The cells of a row as Spark's users see it. */
final class RowCells implements Cells {
  private final Row row;
  private final int[] columns;

  /**
   * The cells of a row.
   *
   * @param columns which column is at which position
   */
  RowCells(Row row, int[] columns) {
    this.row = row;
    this.columns = columns;
  }

  @Override
  public boolean isNull(int position) {
    return row.isNullAt(columns[position]);
  }

  @Override
  public float[] floats(int position) {
    Seq<@Nullable Float> elements = row.getSeq(columns[position]);
    float[] floats = new float[elements.length()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = notNull(elements.apply(i), i).floatValue();
    }
    return floats;
  }

  @Override
  public double[] doubles(int position) {
    Seq<@Nullable Double> elements = row.getSeq(columns[position]);
    double[] doubles = new double[elements.length()];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = notNull(elements.apply(i), i).doubleValue();
    }
    return doubles;
  }

  private static Number notNull(@Nullable Number element, int index) {
    if (element == null) {
      throw new InvalidInputException("element %d is null".formatted(index));
    }
    return element;
  }

  @Override
  public byte[] bytes(int position) {
    return row.getAs(columns[position]);
  }

  @Override
  public long integer(int position) {
    return ((Number) row.get(columns[position])).longValue();
  }
}
