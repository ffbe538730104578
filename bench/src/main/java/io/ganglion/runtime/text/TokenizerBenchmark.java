package io.ganglion.runtime.text;

import io.ganglion.compiler.sample.BuiltInPairs;
import io.ganglion.compiler.sample.SampleVocabulary;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Pairs of sentences to token ids, with a vocabulary of BERT's size. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls the setup
public class TokenizerBenchmark {
  private static final int VOCABULARY = 30522;
  private static final int MAX_LENGTH = 128;

  private final List<BuiltInPairs.Pair> pairs = BuiltInPairs.of(64);
  private Tokenizer tokenizer;
  private int next;

  @Setup
  public void load() throws TokenizerException {
    tokenizer =
        TokenizerSpec.googleBert(Vocabulary.of(SampleVocabulary.of(VOCABULARY)), true)
            .tokenizer(MAX_LENGTH);
  }

  @Benchmark
  public TokenSequence encodePair() {
    BuiltInPairs.Pair pair = pairs.get(next++ & 63);
    return tokenizer.encode(pair.a(), pair.b());
  }
}
