package io.ganglion.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.engine.batch.BatchEvents;
import io.ganglion.engine.batch.NanoClock;
import io.ganglion.engine.batch.ScriptedCores;
import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.core.CoreFactory;
import io.ganglion.runtime.core.CoreFault;
import io.ganglion.runtime.core.CoreKinds;
import io.ganglion.runtime.core.CoreOptions;
import io.ganglion.runtime.core.CoreProvider;
import io.ganglion.runtime.core.CoreSet;
import io.ganglion.runtime.core.NeuronCore;
import io.ganglion.runtime.core.Probe;
import io.ganglion.runtime.model.HeadLayer;
import io.ganglion.runtime.text.TokenSequence;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests which kind of core is chosen, and that nothing is left of a model that cannot be served.
 */
@Timeout(60)
class ModelLoaderTest {
  private static final Probe USABLE = Probe.usable("it suits");

  @TempDir private Path folder;
  private Path model;
  private final FactoryDouble factory = new FactoryDouble();

  /** Cores that give the golden answers. Counts the closed ones. */
  private static final class FactoryDouble implements CoreFactory {
    private final ScriptedCores cores = ScriptedCores.nullCores();
    private int closed;

    @Override
    public NeuronCore open(int index) throws CoreFault {
      return cores.open(index);
    }

    @Override
    public void close() {
      closed++;
    }
  }

  @BeforeEach
  void write() throws Exception {
    model = TestArtifacts.tiny().golden(this::golden).write(folder.resolve("model"));
  }

  private float[] golden(TokenSequence input) {
    float x = input.inputIds()[1] - 50;
    return new float[] {-x, x};
  }

  private CoreSet cores(int requests) {
    return new CoreSet(factory, 1, 1, 1, requests, requests, true, List.of(), () -> 0, List.of());
  }

  private static ModelLoader loader(ModelOptions options, CoreProvider... providers) {
    return new ModelLoader(
        new CoreKinds(List.of(providers)), options, NanoClock.system(), BatchEvents.none());
  }

  private static ModelOptions asking(String backend, Map<String, String> named) {
    ModelOptions usual = ModelOptions.defaults();
    return new ModelOptions(
        new BackendChoice(backend),
        new CoreOptions(0, 1, 0, named),
        usual.batchTokens(),
        usual.maxDelayNs(),
        usual.ageBoundNs(),
        usual.admission(),
        usual.core(),
        0);
  }

  private static ModelOptions asking(String backend) {
    return asking(backend, Map.of());
  }

  private static void assertClosed(Artifact artifact) {
    assertThatThrownBy(() -> artifact.weights().floats(HeadLayer.POOLER + ".bias"))
        .isInstanceOf(ArtifactException.class);
  }

  @Test
  void theMostPreferredKindThatCanRunTheArtifactIsTakenAndTheReasonSaysWhy() throws Exception {
    ScriptedProvider best =
        new ScriptedProvider("best", 2, Probe.unusable("no device"), artifact -> cores(4));
    ScriptedProvider good = new ScriptedProvider("good", 1, USABLE, artifact -> cores(4));
    ScriptedProvider last = new ScriptedProvider("last", 0, USABLE, artifact -> cores(4));
    ServedModel served = loader(asking("auto"), last, best, good).load(model, "");
    served.close();
    assertThat(served.facts().backend()).isEqualTo("good");
    assertThat(served.facts().backendReason()).isEqualTo("no device; it suits");
    assertThat(best.opened).isEmpty();
    assertThat(last.opened).isEmpty();
    assertThat(factory.closed).isEqualTo(1);
  }

  private String nameOf(Path directory, String version) throws Exception {
    ScriptedProvider one = new ScriptedProvider("one", 1, USABLE, artifact -> cores(4));
    ServedModel served = loader(asking("one"), one).load(directory, version);
    served.close();
    return served.facts().name();
  }

  @Test
  void aModelHasTheNameThatItWasCompiledWithOrElseThatOfItsFolderWhichIsNoNumber()
      throws Exception {
    assertThat(nameOf(model, "")).isEqualTo(model.getFileName().toString());
    Path reviews = Files.createDirectory(folder.resolve("reviews"));
    Path version = TestArtifacts.tiny().golden(this::golden).write(reviews.resolve("3"));
    assertThat(nameOf(version, "3")).isEqualTo("reviews");
    Path named =
        TestArtifacts.tiny().golden(this::golden).named("tone: v2").write(folder.resolve("4"));
    assertThat(nameOf(named, "4")).isEqualTo("tone: v2");
  }

  @Test
  void theKindThatIsAskedForIsTakenWhateverItsProbeSays() throws Exception {
    ScriptedProvider asked =
        new ScriptedProvider("asked", 0, Probe.unusable("no device"), artifact -> cores(4));
    ScriptedProvider other = new ScriptedProvider("other", 9, USABLE, artifact -> cores(4));
    ServedModel served = loader(asking("asked"), asked, other).load(model, "");
    served.close();
    assertThat(served.facts().backendReason()).isEqualTo("asked for");
  }

  @Test
  void whereNoKindCanRunTheArtifactEachSaysWhy() {
    ScriptedProvider one =
        new ScriptedProvider("one", 1, Probe.unusable("no device"), artifact -> cores(4));
    assertThatThrownBy(() -> loader(asking("auto"), one).load(model, ""))
        .isInstanceOf(ModelException.class)
        .hasMessageContainingAll("No kind of core can run", "no device");
    assertThatThrownBy(() -> loader(asking("auto")).load(model, ""))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("There is no kind of core on the class path");
  }

  @Test
  void aKindOrAnOptionThatThereIsNotIsRefusedByName() {
    ScriptedProvider one = new ScriptedProvider("one", 1, USABLE, artifact -> cores(4));
    assertThatThrownBy(() -> loader(asking("two"), one))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("'two'", "one");
    assertThatThrownBy(() -> loader(asking("one", Map.of("two-option", "x")), one))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("two-option", "one-option");
  }

  @Test
  void coresThatWereOpenedForNothingAreClosedWithTheArtifact() {
    ScriptedProvider one =
        new ScriptedProvider("one", 1, USABLE, artifact -> cores(Integer.MAX_VALUE));
    assertThatThrownBy(() -> loader(asking("one"), one).load(model, ""))
        .isInstanceOf(ArithmeticException.class);
    assertThat(factory.closed).isEqualTo(1);
    assertClosed(one.opened.get(0));
  }

  @Test
  void anErrorOfTheJvmClosesTheArtifactAndIsToldAsItIs() {
    for (Error error :
        List.of(new OutOfMemoryError("no memory"), new NoClassDefFoundError("a/Class"))) {
      ScriptedProvider one =
          new ScriptedProvider(
              "one",
              1,
              USABLE,
              artifact -> {
                throw error;
              });
      assertThatThrownBy(() -> loader(asking("one"), one).load(model, "")).isSameAs(error);
      assertClosed(one.opened.get(0));
    }
  }

  @Test
  void aModelThatFailsItsCheckIsClosedOnce() {
    ScriptedProvider one = new ScriptedProvider("one", 1, USABLE, artifact -> cores(4));
    factory.cores.onOpen(
        (index, batch) -> {
          throw new CoreFault(CoreFault.Scope.PROCESS, "no core today");
        });
    assertThatThrownBy(() -> loader(asking("one"), one).load(model, ""))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("no core today");
    assertThat(factory.closed).isEqualTo(1);
    assertClosed(one.opened.get(0));
  }
}
