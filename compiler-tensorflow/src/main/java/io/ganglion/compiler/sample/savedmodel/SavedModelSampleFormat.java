package io.ganglion.compiler.sample.savedmodel;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.sample.SampleConfig;
import io.ganglion.compiler.sample.SampleFormat;
import java.nio.file.Path;
import java.util.List;

/** Writes sample models as SavedModels. */
public final class SavedModelSampleFormat implements SampleFormat {
  @Override
  public String name() {
    return "savedmodel";
  }

  @Override
  public void write(Path directory, SampleConfig config, List<String> vocabulary, Progress progress)
      throws CompileException {
    SavedModelSample.write(directory, config, vocabulary, progress);
  }
}
