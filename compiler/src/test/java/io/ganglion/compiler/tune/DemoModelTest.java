package io.ganglion.compiler.tune;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.compiler.tune.pairs.PairGenerator;
import io.ganglion.compiler.tune.pairs.PairVocabulary;
import io.ganglion.compiler.tune.pairs.Split;
import io.ganglion.compiler.tune.pairs.TextPair;
import io.ganglion.runtime.text.PairEncoder;
import io.ganglion.runtime.text.Vocabulary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The trained model that the project keeps, and what its README says of it. */
class DemoModelTest {
  private static final Path DEMO_MODEL = Path.of("..", "demo-model").toAbsolutePath().normalize();
  private static final Path SAVED_MODEL = DEMO_MODEL.resolve("saved_model");

  @Test
  void itsVocabularyIsTheGenerators() throws Exception {
    assertThat(Files.readAllLines(SAVED_MODEL.resolve("assets").resolve("vocab.txt")))
        .isEqualTo(PairVocabulary.pieces());
  }

  @Test
  void itIsRightOn95PercentOfItsTestPairs() throws Exception {
    List<TextPair> pairs = PairTable.read(DEMO_MODEL.resolve("pairs.tsv"));

    assertThat(pairs)
        .as("the pairs that its command makes")
        .isEqualTo(new PairGenerator(Split.HELD_OUT, 5, 0).next(2000));
    Evaluation evaluation = evaluate(pairs);
    assertThat(evaluation.accuracy()).isBetween(0.95, 0.96);
    assertThat(evaluation.f1()).isGreaterThan(0.95);
  }

  @Test
  void itIsAboutAsGoodOnPairsThatNobodyHasSeen() throws Exception {
    assertThat(evaluate(new PairGenerator(Split.HELD_OUT, 1001, 0).next(1000)).accuracy())
        .isGreaterThan(0.93);
  }

  private static Evaluation evaluate(List<TextPair> pairs) throws Exception {
    BertConfig config = BertConfig.read(SAVED_MODEL.resolve("bert_config.json"));
    CheckpointReader reader =
        CheckpointReader.open(SAVED_MODEL.resolve("variables").resolve("variables"));
    Map<String, float[]> weights = reader.read(reader.shapes().keySet());
    PairEncoder encoder =
        new PairEncoder(
            Vocabulary.read(SAVED_MODEL.resolve("assets").resolve("vocab.txt")), true, 128);
    List<Example> examples = new ArrayList<>();
    for (TextPair pair : pairs) {
      examples.add(new Example(encoder.encode(pair.textA(), pair.textB()), pair.label()));
    }
    try (TrainingSession session = new TrainingSession(config, PairLabels.COUNT, 1, 2)) {
      session.initialize(weights);
      return Evaluation.of(session::logits, examples, 0);
    }
  }
}
