package io.ganglion.bench.report;

import ai.onnxruntime.OrtEnvironment;
import io.ganglion.core.cpu.UnitPeak;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.dnnl.dnnl_version_t;
import org.bytedeco.dnnl.global.dnnl;
import org.tensorflow.TensorFlow;

/** What the figures were measured on: figures of two machines do not compare, their ratios may. */
public final class Machine {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
  private static final List<String> TELLING_FLAGS =
      List.of(
          "avx2",
          "avx512f",
          "avx512_vnni",
          "avx_vnni",
          "avx512_bf16",
          "avx512_fp16",
          "amx_tile",
          "amx_bf16",
          "amx_int8");

  private Machine() {}

  /** Facts by name, in the order in which they are printed. */
  public static Map<String, Object> facts(int threads) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("cpu", cpuInfo("model name"));
    facts.put("processors", Runtime.getRuntime().availableProcessors());
    facts.put("threads", threads);
    facts.put("instructions", instructions());
    facts.put("jdk", System.getProperty("java.vm.version"));
    facts.put("tensorflow", TensorFlow.version());
    facts.put("onnxruntime", OrtEnvironment.getEnvironment().getVersion());
    facts.put("onednn", oneDnn());
    return facts;
  }

  /** How a peak was measured, in words. */
  public static String words(UnitPeak peak) {
    return String.format(
        Locale.ROOT,
        "%.0f G operations/s a core, oneDNN's %s product of %s on hot data (%s)",
        peak.operationsPerSecond() / 1e9,
        peak.precision(),
        peak.shape(),
        peak.kernel());
  }

  private static String oneDnn() {
    dnnl_version_t version = dnnl.dnnl_version();
    return version.major() + "." + version.minor() + "." + version.patch();
  }

  private static List<String> instructions() {
    List<String> flags = List.of(cpuInfo("flags").split(" "));
    return TELLING_FLAGS.stream().filter(flags::contains).toList();
  }

  private static String cpuInfo(String key) {
    try (Stream<String> lines = Files.lines(CPU_INFO)) {
      return lines
          .filter(line -> line.startsWith(key))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    } catch (IOException e) {
      return System.getProperty("os.arch");
    }
  }
}
