package io.ganglion.engine.batch;

import io.ganglion.runtime.core.CoreFactory;
import io.ganglion.runtime.core.CoreFault;
import io.ganglion.runtime.core.CoreInfo;
import io.ganglion.runtime.core.NeuronCore;
import io.ganglion.runtime.core.Outputs;
import io.ganglion.runtime.core.TokenBatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Cores that follow a script. Without a script they answer at once: the logits of a request are
 * {@code [-x, x]}, where x is its second token's id minus 50.
 */
public final class ScriptedCores implements CoreFactory {
  /** Handles a core's batch. */
  @FunctionalInterface
  public interface Script {
    Outputs infer(int coreIndex, TokenBatch batch) throws CoreFault;
  }

  public final AtomicInteger opened = new AtomicInteger();
  public final AtomicInteger closed = new AtomicInteger();
  private volatile Script script;
  private volatile Script onOpen = (index, batch) -> null;

  public ScriptedCores(Script script) {
    this.script = script;
  }

  /** Cores without a script, which answer at once. */
  public static ScriptedCores nullCores() {
    return new ScriptedCores((index, batch) -> answer(batch));
  }

  public void script(Script next) {
    script = next;
  }

  /** Sets a script that runs at each opening, with a null batch. It may throw. */
  public void onOpen(Script next) {
    onOpen = next;
  }

  public static Outputs answer(TokenBatch batch) {
    float[] values = new float[batch.size() * 2];
    for (int i = 0; i < batch.size(); i++) {
      float x = batch.inputIds()[batch.offsets()[i] + 1] - 50;
      values[2 * i] = -x;
      values[2 * i + 1] = x;
    }
    return Outputs.ofSequences(values, 2);
  }

  @Override
  public NeuronCore open(int index) throws CoreFault {
    onOpen.infer(index, null);
    opened.incrementAndGet();
    return new NeuronCore() {
      private boolean isClosed;

      @Override
      public CoreInfo info() {
        return new CoreInfo("scripted", index, 1024, 512, 2, "fp32");
      }

      @Override
      public Outputs infer(TokenBatch batch) throws CoreFault {
        if (isClosed) {
          throw new IllegalStateException("closed");
        }
        return script.infer(index, batch);
      }

      @Override
      public void close() {
        if (!isClosed) {
          isClosed = true;
          closed.incrementAndGet();
        }
      }
    };
  }

  @Override
  public void close() {}
}
