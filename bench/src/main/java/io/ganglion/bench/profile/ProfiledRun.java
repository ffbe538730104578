package io.ganglion.bench.profile;

import io.ganglion.bench.engine.CoreEngine;
import io.ganglion.bench.engine.Engine;
import io.ganglion.bench.workload.Batch;
import io.ganglion.bench.workload.Pairs;
import io.ganglion.bench.workload.Workload;
import io.ganglion.compiler.sample.BuiltInPairs;
import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.text.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.dnnl.global.dnnl;

/**
 * The program that {@link CoreProfile} starts. It runs one core over all batches repeatedly, first
 * silently to measure the time, then with oneDNN's verbose lines on standard output. It is a
 * process of its own because those lines bypass Java's streams.
 */
public final class ProfiledRun {
  static final String PASS = "ganglion_pass_ms,";
  private static final int PAIRS = 204;
  private static final double SECONDS = 2;

  private ProfiledRun() {}

  /** Takes as arguments the artifact, the batch size and optionally a TSV file of pairs. */
  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[0]);
    List<Batch> batches = workload(directory, args).batches(Integer.parseInt(args[1]), false);
    try (Engine engine = new CoreEngine(directory, 1);
        Engine.Worker core = engine.open(0)) {
      pass(core, batches);
      repeat(core, batches);
      dnnl.dnnl_set_verbose(1);
      repeat(core, batches);
      dnnl.dnnl_set_verbose(0);
    }
  }

  /** Prints after each pass how long it took. */
  private static void repeat(Engine.Worker core, List<Batch> batches) throws Exception {
    long end = System.nanoTime() + (long) (SECONDS * 1e9);
    do {
      System.out.println(PASS + pass(core, batches));
      System.out.flush();
    } while (System.nanoTime() < end);
  }

  private static double pass(Engine.Worker core, List<Batch> batches) throws Exception {
    long start = System.nanoTime();
    for (Batch batch : batches) {
      core.infer(batch);
    }
    return (System.nanoTime() - start) / 1e6;
  }

  private static Workload workload(Path directory, String[] args) throws Exception {
    try (Artifact artifact = Artifact.open(directory)) {
      Tokenizer tokenizer = artifact.tokenizer().tokenizer(artifact.manifest().sequenceLength());
      List<Pairs.Pair> pairs =
          args.length > 2
              ? Pairs.read(Path.of(args[2]), System.err::println)
              : BuiltInPairs.of(PAIRS).stream().map(p -> new Pairs.Pair(p.a(), p.b())).toList();
      return Workload.of(pairs, tokenizer, PAIRS);
    }
  }
}
