package io.ganglion.spark;

import io.ganglion.api.Embedding;
import io.ganglion.api.TextModel;
import io.ganglion.api.TextPair;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/**
 * The vector of a text.
 *
 * @param dimensions number of values; 0: those of the model
 */
record EmbedColumns(String embedding, VectorForm form, int dimensions)
    implements AnswerColumns<List<Embedding>> {
  @Override
  public List<StructField> fields() {
    return List.of(DataTypes.createStructField(embedding, form.type(), true));
  }

  @Override
  public CompletableFuture<List<Embedding>> ask(TextModel model, TextPair texts) {
    return model.embed(List.of(texts.textA()), dimensions);
  }

  @Override
  public Object[] values(List<Embedding> answer) {
    return new Object[] {form.of(answer.get(0).values())};
  }
}
