package io.ganglion.compiler.backend.huggingface;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.model.BertModel;
import io.ganglion.runtime.model.Task;
import io.ganglion.runtime.text.TokenizerSpec;
import java.nio.file.Path;
import java.util.List;

/** Writes what the libraries read beside a model that is in another file. Stateless. */
public final class SettingFiles {
  private SettingFiles() {}

  /**
   * Writes labels, activation, pooling and the tokenizer.
   *
   * @return what is not as in the model, a sentence each
   */
  public static List<String> write(
      Path folder, BertModel model, TokenizerSpec tokenizer, List<String> labels, int length)
      throws CompileException {
    HuggingFaceFolder.json(folder.resolve("config.json"), ConfigFile.ofAnswers(model, labels));
    if (model.task().kind() == Task.Kind.SEQUENCE_EMBEDDING) {
      SentenceModules.write(folder, model, length);
    }
    return TokenizerFiles.write(folder, tokenizer, length);
  }
}
