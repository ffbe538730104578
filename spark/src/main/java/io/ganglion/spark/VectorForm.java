package io.ganglion.spark;

import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** How several values stand in a column. */
enum VectorForm {
  /** As Spark's pipelines pass vectors on. */
  VECTOR {
    @Override
    DataType type() {
      return SQLDataTypes.VectorType();
    }

    @Override
    Object of(float[] values) {
      double[] wide = new double[values.length];
      for (int i = 0; i < wide.length; i++) {
        wide[i] = values[i];
      }
      return Vectors.dense(wide);
    }
  },
  /** As files and SQL know it, in half the space. */
  ARRAY {
    @Override
    DataType type() {
      return DataTypes.createArrayType(DataTypes.FloatType, false);
    }

    @Override
    Object of(float[] values) {
      return values;
    }
  };

  abstract DataType type();

  abstract Object of(float[] values);

  Object of(List<Float> values) {
    float[] plain = new float[values.size()];
    for (int i = 0; i < plain.length; i++) {
      plain[i] = values.get(i);
    }
    return of(plain);
  }
}
