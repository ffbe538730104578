package io.ganglion.server.versions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.api.Conditions;
import io.ganglion.engine.batch.BatchEvents;
import io.ganglion.engine.batch.Client;
import io.ganglion.engine.batch.NanoClock;
import io.ganglion.engine.batch.Outcome;
import io.ganglion.engine.batch.PendingRequest;
import io.ganglion.engine.model.ModelException;
import io.ganglion.engine.model.ModelLoader;
import io.ganglion.engine.model.ModelOptions;
import io.ganglion.engine.model.ServedModel;
import io.ganglion.engine.model.Versions;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.server.log.EventLog;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class VersionSwapTest {
  @TempDir private Path folder;
  private static final Client CLIENT = new Client("test");

  private final NanoClock clock = NanoClock.system();
  private final ByteArrayOutputStream logged = new ByteArrayOutputStream();

  private void write(String version, long seed) throws Exception {
    TestArtifacts.tiny().seed(seed).write(folder.resolve(version));
  }

  private EventLog log() {
    PrintStream out = new PrintStream(logged, true, StandardCharsets.UTF_8);
    return new EventLog(out, out, EventLog.Format.JSON, EventLog.Level.INFO);
  }

  @Test
  void theHighestVersionIsServedByNumberNotByText() throws Exception {
    write("9", 1);
    write("10", 2);
    Files.createDirectory(folder.resolve("11")); // being written: no manifest yet
    assertThat(Versions.latest(folder).text()).isEqualTo("10");
    assertThat(Versions.latest(folder.resolve("9")).text()).isEmpty();
  }

  @Test
  void aFolderWithoutAModelIsRefusedWithASentence() {
    assertThatThrownBy(() -> Versions.latest(folder))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("neither a compiled model");
    assertThatThrownBy(() -> Versions.latest(folder.resolve("missing")))
        .hasMessageContaining("is not a directory");
  }

  /** Watches a folder of which version 1 is served. The test says when it looks. */
  private VersionWatcher watcher(ModelLoader loader, ModelHost host, EventLog log) {
    return new VersionWatcher(
        folder,
        1,
        loader,
        host,
        Duration.ofSeconds(1),
        Duration.ofSeconds(10),
        log,
        BatchEvents.none());
  }

  @Test
  void aHigherVersionIsSwappedInWithoutDroppingARequestAndABadOneIsRefused() throws Exception {
    write("1", 1);
    EventLog log = log();
    ModelLoader loader = new ModelLoader(ModelOptions.defaults(), clock, BatchEvents.none());
    ModelHost host = new ModelHost(loader.load(folder.resolve("1"), "1"));
    VersionWatcher watcher = watcher(loader, host, log);
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger answered = new AtomicInteger();
    Thread client = new Thread(() -> ask(host, stop, answered));
    client.start();

    write("2", 2);
    watcher.look();
    assertThat(host.get().facts().version()).isEqualTo("2");

    write("3", 3);
    Path weights = folder.resolve("3").resolve("weights.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length / 2] ^= 1;
    Files.write(weights, bytes);
    watcher.look();
    watcher.look(); // reported once
    assertThat(host.get().facts().version()).isEqualTo("2");

    int before = answered.get();
    Conditions.await(() -> answered.get() >= before + 50 || !client.isAlive());
    stop.set(true);
    client.join();
    host.get().close();
    assertThat(answered.get()).isGreaterThan(before);
    assertThat(logged.toString(StandardCharsets.UTF_8).lines())
        .anyMatch(line -> line.contains("\"event\":\"version_swapped\""))
        .filteredOn(line -> line.contains("version_refused"))
        .hasSize(1);
  }

  @Test
  void aVersionThatIsCopiedSlowlyIsSwappedInOnceItIsComplete() throws Exception {
    write("1", 1);
    TestArtifacts.tiny().seed(2).write(folder.resolve("whole"));
    EventLog log = log();
    ModelLoader loader = new ModelLoader(ModelOptions.defaults(), clock, BatchEvents.none());
    ModelHost host = new ModelHost(loader.load(folder.resolve("1"), "1"));
    VersionWatcher watcher = watcher(loader, host, log);
    Path copy = Files.createDirectory(folder.resolve("2"));
    for (String file : List.of("manifest.json", "tokenizer.json", "golden.safetensors")) {
      Files.copy(folder.resolve("whole").resolve(file), copy.resolve(file));
      watcher.look();
    }
    byte[] weights = Files.readAllBytes(folder.resolve("whole").resolve("weights.safetensors"));
    Path target = copy.resolve("weights.safetensors");
    Files.write(target, Arrays.copyOf(weights, weights.length / 2));
    watcher.look();
    assertThat(host.get().facts().version()).isEqualTo("1");
    Files.write(target, weights);
    watcher.look(); // it has changed; the next look tells whether it still changes
    watcher.look();
    assertThat(host.get().facts().version()).isEqualTo("2");
    host.get().close();
    assertThat(logged.toString(StandardCharsets.UTF_8).lines())
        .filteredOn(line -> line.contains("version_refused"))
        .hasSize(1);
  }

  @Test
  void aLinkedVersionThatIsCopiedSlowlyIsSwappedInOnceItIsComplete(@TempDir Path store)
      throws Exception {
    write("1", 1);
    TestArtifacts.tiny().seed(2).write(store.resolve("new"));
    Path weights = store.resolve("new").resolve("weights.safetensors");
    byte[] whole = Files.readAllBytes(weights);
    Files.write(weights, Arrays.copyOf(whole, whole.length / 2));
    EventLog log = log();
    ModelLoader loader = new ModelLoader(ModelOptions.defaults(), clock, BatchEvents.none());
    ModelHost host = new ModelHost(loader.load(folder.resolve("1"), "1"));
    VersionWatcher watcher = watcher(loader, host, log);
    Files.createSymbolicLink(folder.resolve("2"), store.resolve("new"));
    watcher.look();
    assertThat(host.get().facts().version()).isEqualTo("1");

    Files.write(weights, whole);
    watcher.look();
    watcher.look();
    assertThat(host.get().facts().version()).isEqualTo("2");
    host.get().close();
  }

  @Test
  void theStateOfALinkedVersionIsThatOfWhatItPointsTo(@TempDir Path store) throws Exception {
    for (String name : List.of("a", "b")) {
      Files.createDirectory(store.resolve(name));
      Files.writeString(store.resolve(name).resolve("manifest.json"), "{}");
    }
    Path link = Files.createSymbolicLink(folder.resolve("1"), store.resolve("a"));
    String empty = Versions.state(link);
    Files.createSymbolicLink(store.resolve("a").resolve("weights"), store.resolve("later"));
    String dangling = Versions.state(link);
    Files.writeString(store.resolve("later"), "weights");
    String complete = Versions.state(link);
    Files.delete(link);
    Files.createSymbolicLink(link, store.resolve("b"));
    String elsewhere = Versions.state(link);
    assertThat(List.of(empty, dangling, complete, elsewhere)).doesNotHaveDuplicates();
  }

  @Test
  void anErrorWhileAVersionIsSwappedInCostsNeitherTheThreadNorTheOldModelsMemory()
      throws Exception {
    write("1", 1);
    ModelLoader loader = new ModelLoader(ModelOptions.defaults(), clock, BatchEvents.none());
    ServedModel first = loader.load(folder.resolve("1"), "1");
    ModelHost host = new ModelHost(first);
    AtomicBoolean threw = new AtomicBoolean();
    host.whenServing(
        model -> {
          if (model != first && !threw.getAndSet(true)) {
            throw new NoClassDefFoundError("what a listener needs");
          }
        });
    VersionWatcher watcher =
        new VersionWatcher(
            folder,
            1,
            loader,
            host,
            Duration.ofMillis(20),
            Duration.ofSeconds(10),
            log(),
            BatchEvents.none());
    watcher.start();
    write("2", 2);
    Conditions.await(threw::get);
    write("3", 3);
    Conditions.await(() -> host.get().facts().version().equals("3"));
    watcher.stop();
    PendingRequest late =
        new PendingRequest(
            CLIENT,
            first.encode("the cat", "a dog"),
            clock.nanoTime(),
            PendingRequest.NO_DEADLINE,
            outcome -> {});
    assertThat(first.scheduler().submit(late)).as("the first model is closed").isFalse();
    host.get().close();
  }

  /** Like the wire, asks for the model again if its scheduler is closed. */
  private void ask(ModelHost host, AtomicBoolean stop, AtomicInteger answered) {
    while (!stop.get()) {
      ServedModel model = host.get();
      CompletableFuture<Outcome> future = new CompletableFuture<>();
      PendingRequest request =
          new PendingRequest(
              CLIENT,
              model.encode("the cat", "a dog"),
              clock.nanoTime(),
              PendingRequest.NO_DEADLINE,
              future::complete);
      if (!model.scheduler().submit(request)) {
        continue;
      }
      try {
        if (!(future.get(10, TimeUnit.SECONDS) instanceof Outcome.Answered)) {
          return; // the test notices that nothing more is answered
        }
      } catch (Exception e) {
        return;
      }
      answered.incrementAndGet();
    }
  }
}
