package io.ganglion.compiler.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.model.BertModel;
import io.ganglion.compiler.source.Oracle;
import io.ganglion.compiler.source.Source;
import io.ganglion.compiler.source.SourceFormat;
import io.ganglion.compiler.source.Sources;
import io.ganglion.runtime.text.TokenSequence;
import io.ganglion.runtime.text.TokenizerSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pipeline compiles any kind of source and gets all that it needs from it. */
class OtherSourceTest {
  @TempDir Path temp;
  private Path link;
  private final List<String> phases = new ArrayList<>();

  private final Progress progress =
      new Progress() {
        @Override
        public void begins(String phase) {
          phases.add(phase);
        }
      };

  /** A file with the path of a model. The source has that model, but its own labels. */
  private record Link(double lie) implements SourceFormat {
    @Override
    public String expects() {
      return "a link";
    }

    @Override
    public boolean accepts(Path path) {
      return path.toString().endsWith(".link");
    }

    @Override
    public Source open(Path path, @Nullable String scope, Progress progress)
        throws CompileException {
      try {
        Path target = Path.of(Files.readString(path));
        return new Linked(path, Sources.installed().open(target, scope, Progress.SILENT), lie);
      } catch (IOException e) {
        throw new CompileException(path + " cannot be read.", e);
      }
    }

    @Override
    public Map<String, Object> describe(Path path, @Nullable String scope) {
      return Map.of("kind", "link");
    }
  }

  private record Linked(Path path, Source target, double lie) implements Source {
    @Override
    public BertModel model() {
      return target.model();
    }

    @Override
    public Oracle oracle() {
      Oracle oracle = target.oracle();
      return new Oracle() {
        @Override
        public String runtime() {
          return "the link's runtime";
        }

        @Override
        public int fixedLength() {
          return oracle.fixedLength();
        }

        @Override
        public Answers answer(List<TokenSequence> inputs, Progress progress)
            throws CompileException {
          Answers answers = oracle.answer(inputs, progress);
          answers.answers().forEach(row -> row[0] += (float) lie);
          return answers;
        }
      };
    }

    @Override
    public Optional<GraphSize> graphSize() {
      return Optional.empty();
    }

    @Override
    public Optional<TokenizerSpec> tokenizer(@Nullable Path given, boolean lowerCase)
        throws CompileException {
      return target.tokenizer(given, lowerCase);
    }

    @Override
    public Optional<List<String>> labels() {
      return Optional.of(List.of("no", "yes"));
    }
  }

  @BeforeEach
  void writeALink() throws Exception {
    Path sample =
        Samples.write(temp.resolve("sample"), Samples.config(Samples.dimensions(1, 64, 2, 64)));
    link = Files.writeString(temp.resolve("model.link"), sample.toString());
  }

  private ModelCompiler.Result compile(double lie) throws CompileException {
    return ModelCompiler.compile(
        Sources.of(List.of(new Link(lie))),
        CompileOptions.of(link, temp.resolve("artifact"), PrecisionChoice.FP32),
        progress);
  }

  @Test
  void itsLabelsItsDigestAndItsRuntimeAreThoseOfTheArtifact() throws Exception {
    ModelCompiler.Result result = compile(0);
    assertThat(result.manifest().labels()).containsExactly("no", "yes");
    assertThat(result.manifest().provenance().sourceDigest())
        .isEqualTo(result.source().digest(Progress.SILENT));
    assertThat(result.oracle()).isEqualTo("the link's runtime");
    assertThat(result.operators().orElseThrow().source()).isEmpty();
    assertThat(result.verification().largestDifference()).isLessThanOrEqualTo(1e-5);
    assertThat(phases)
        .containsExactly(
            "Digest of the source",
            "Run the source in the link's runtime",
            "Write the artifact (fp32)",
            "Run the artifact on the CPU core");
  }

  @Test
  void itsOracleIsWhatTheArtifactIsHeldTo() {
    assertThatThrownBy(() -> compile(0.01))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("too far from the source's: the mean difference of a probability");
    assertThat(temp.resolve("artifact")).doesNotExist();
  }
}
