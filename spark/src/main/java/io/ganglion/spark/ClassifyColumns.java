package io.ganglion.spark;

import io.ganglion.api.Classification;
import io.ganglion.api.TextModel;
import io.ganglion.api.TextPair;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/**
 * The best label, as a number for Spark's evaluators and by its name, and all probabilities.
 *
 * @param prediction name of a column; empty for none, as the others
 */
record ClassifyColumns(String prediction, String label, String probability, VectorForm form)
    implements AnswerColumns<Classification> {
  @Override
  public List<StructField> fields() {
    List<StructField> fields = new ArrayList<>();
    if (!prediction.isEmpty()) {
      fields.add(DataTypes.createStructField(prediction, DataTypes.DoubleType, true));
    }
    if (!label.isEmpty()) {
      fields.add(DataTypes.createStructField(label, DataTypes.StringType, true));
    }
    if (!probability.isEmpty()) {
      fields.add(DataTypes.createStructField(probability, form.type(), true));
    }
    return fields;
  }

  @Override
  public CompletableFuture<Classification> ask(TextModel model, TextPair texts) {
    return model.classify(texts);
  }

  @Override
  public Object[] values(Classification answer) {
    List<Object> values = new ArrayList<>();
    if (!prediction.isEmpty()) {
      values.add((double) answer.labelIndex());
    }
    if (!label.isEmpty()) {
      values.add(answer.label());
    }
    if (!probability.isEmpty()) {
      values.add(form.of(answer.probabilities()));
    }
    return values.toArray();
  }
}
