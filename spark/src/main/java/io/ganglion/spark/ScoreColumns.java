package io.ganglion.spark;

import io.ganglion.api.Classification;
import io.ganglion.api.TextModel;
import io.ganglion.api.TextPair;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/** The score of a model that gives one to a pair of texts: a cross-encoder. */
record ScoreColumns(String score) implements AnswerColumns<Classification> {
  @Override
  public List<StructField> fields() {
    return List.of(DataTypes.createStructField(score, DataTypes.DoubleType, true));
  }

  @Override
  public CompletableFuture<Classification> ask(TextModel model, TextPair texts) {
    return model.classify(texts);
  }

  @Override
  public Object[] values(Classification answer) {
    int labels = answer.probabilities().size();
    if (labels != 1) {
      throw new IllegalStateException(
          "The model has "
              + labels
              + " labels, and the task score needs a model with one: set the task to classify.");
    }
    return new Object[] {(double) answer.probability()};
  }
}
