package io.ganglion.toy;

import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.core.CoreFactory;
import io.ganglion.runtime.core.CoreFault;
import io.ganglion.runtime.core.CoreInfo;
import io.ganglion.runtime.core.CoreOption;
import io.ganglion.runtime.core.CoreOptions;
import io.ganglion.runtime.core.CoreProvider;
import io.ganglion.runtime.core.CoreSet;
import io.ganglion.runtime.core.NeuronCore;
import io.ganglion.runtime.core.Outputs;
import io.ganglion.runtime.core.Probe;
import io.ganglion.runtime.core.TokenBatch;
import io.ganglion.runtime.model.ModelManifest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Two cores whose driver is lost when they see the same token four times and nothing else. They
 * answer everything else with zeros. On request they also fail when they are closed, or end other
 * threads of the server in place of their driver.
 */
public final class DoomedCoreProvider implements CoreProvider {
  /** With [CLS] before and [SEP] after them. */
  private static final int FATAL_TOKENS = 6;

  private static final CoreOption CLOSE =
      CoreOption.of("doomed-close", "WHAT", "With \"error\", closing throws an Error.");

  private static final CoreOption THREADS =
      CoreOption.of("doomed-threads", "PREFIX", "Threads to end in place of the driver.");

  @Override
  public String kind() {
    return "doomed";
  }

  /** Used only on request. */
  @Override
  public int preference() {
    return -2;
  }

  @Override
  public List<CoreOption> options() {
    return List.of(CLOSE, THREADS);
  }

  @Override
  public Probe probe(Artifact artifact, CoreOptions options) {
    return Probe.usable("as long as it lasts");
  }

  @Override
  public CoreSet open(Artifact artifact, CoreOptions options) {
    ModelManifest manifest = artifact.manifest();
    int requests = options.batchRequests(manifest);
    boolean failing = options.value(CLOSE).filter("error"::equals).isPresent();
    return new CoreSet(
        new Doomed(manifest, requests, failing, options.value(THREADS)),
        2,
        2,
        1,
        requests,
        requests,
        true,
        List.of(),
        () -> 0,
        List.of());
  }

  private record Doomed(
      ModelManifest manifest, int requests, boolean failing, Optional<String> threads)
      implements CoreFactory {
    @Override
    public NeuronCore open(int index) {
      int labels = manifest.outputWidth();
      return new Core(
          new CoreInfo("doomed", index, requests, manifest.sequenceLength(), labels, "none"),
          threads);
    }

    @Override
    public void close() {
      if (failing) {
        throw new NoClassDefFoundError("what closing needs");
      }
    }
  }

  private record Core(CoreInfo info, Optional<String> threads) implements NeuronCore {
    @Override
    public Outputs infer(TokenBatch batch) throws CoreFault {
      for (int request = 0; request < batch.size(); request++) {
        if (batch.length(request) == FATAL_TOKENS && isFatal(batch, batch.offsets()[request])) {
          if (threads.isPresent()) {
            end(threads.get());
            break;
          }
          throw new CoreFault(CoreFault.Scope.PROCESS, "the driver is gone");
        }
      }
      return Outputs.ofSequences(new float[batch.size() * info.width()], info.width());
    }

    /**
     * As if an Error had come up in them, outside of any handler. It may come up in one, which
     * survives it, so this goes on until they have ended.
     */
    @SuppressWarnings("deprecation") // nothing else ends a thread of Netty's
    private static void end(String prefix) {
      List<Thread> doomed =
          Thread.getAllStackTraces().keySet().stream()
              .filter(thread -> thread.getName().startsWith(prefix))
              .toList();
      Thread killer =
          new Thread(
              () -> {
                while (doomed.stream().anyMatch(Thread::isAlive)) {
                  doomed.forEach(Thread::stop);
                  LockSupport.parkNanos(20_000_000);
                }
              });
      killer.setDaemon(true);
      killer.start();
    }

    private static boolean isFatal(TokenBatch batch, int first) {
      int[] ids = batch.inputIds();
      int same = 0;
      for (int i = first + 1; i < first + FATAL_TOKENS - 1; i++) {
        same += ids[i] == ids[first + 1] && ids[i] != ids[first] ? 1 : 0;
      }
      return same == FATAL_TOKENS - 2;
    }

    @Override
    public void close() {}
  }
}
