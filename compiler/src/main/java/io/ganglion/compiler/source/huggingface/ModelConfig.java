package io.ganglion.compiler.source.huggingface;

import io.ganglion.compiler.CompileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A model's {@code config.json}.
 *
 * @param encoder the encoder's sizes
 * @param architecture the class that saved the model, such as BertForSequenceClassification
 * @param labels names of the labels, for heads that have any
 * @param problem what a sequence classification answers; empty if the file does not say it
 * @param crossEncoder whether sentence-transformers saved it as a cross-encoder
 * @param crossActivation the cross-encoder's activation, a name of a PyTorch class; empty for the
 *     usual one
 * @param notes sentences about fields that are not known here
 */
record ModelConfig(
    EncoderConfig encoder,
    String architecture,
    List<String> labels,
    Optional<Problem> problem,
    boolean crossEncoder,
    Optional<String> crossActivation,
    List<String> notes) {
  /** Without id2label and num_labels, a model has this many labels. */
  private static final int USUAL_LABELS = 2;

  /** The end of the name of a class that is the encoder alone. */
  static final String NO_HEAD = "Model";

  private static final String OLD_ACTIVATION = "sbert_ce_default_activation_function";

  /** What a sequence classification answers. */
  enum Problem {
    SINGLE_LABEL,
    MULTI_LABEL,
    REGRESSION
  }

  ModelConfig {
    labels = List.copyOf(labels);
    notes = List.copyOf(notes);
  }

  static ModelConfig of(Fields config) throws CompileException {
    String where = config.where();
    Family family =
        Family.of(
            config
                .text("model_type")
                .orElseThrow(
                    () -> new CompileException(where + " has no model_type, such as bert.")),
            where);
    String architecture = architecture(config, family);
    EncoderConfig encoder = EncoderConfig.of(family, config);
    List<String> notes = new ArrayList<>();
    Optional<Fields> section = config.object("sentence_transformers");
    Optional<String> old = config.text(OLD_ACTIVATION);
    Optional<String> activation =
        section.isPresent() ? section.get().text("activation_fn").or(() -> old) : old;
    ModelConfig model =
        new ModelConfig(
            encoder,
            architecture,
            labels(config),
            problem(config),
            section.isPresent() || old.isPresent(),
            activation,
            List.of());
    note(config, KnownFields.HARMLESS, notes);
    if (section.isPresent()) {
      note(section.get(), Set.of("version"), notes);
    }
    return model.with(notes);
  }

  private ModelConfig with(List<String> others) {
    return new ModelConfig(
        encoder, architecture, labels, problem, crossEncoder, crossActivation, others);
  }

  /** Notes the fields that nobody asked for and that are not known to be harmless. */
  static void note(Fields fields, Set<String> harmless, List<String> notes) {
    List<String> unread = fields.unread(harmless);
    if (!unread.isEmpty()) {
      notes.add(
          fields.where()
              + " has fields that are not known here; if one changes the answer, the artifact does"
              + " not follow it: "
              + String.join(", ", unread)
              + ".");
    }
  }

  private static String architecture(Fields config, Family family) throws CompileException {
    List<String> names = config.texts("architectures");
    if (names.isEmpty()) {
      throw new CompileException(
          ("%s names no architectures; add the class that saved the model, such as"
                  + " [\"%sForSequenceClassification\"].")
              .formatted(config.where(), family.className()));
    }
    String name = names.get(0);
    if (!name.matches(family.className() + "(Model|For\\w+)")) {
      throw new CompileException(
          "%s: the architecture %s is none of the model_type %s, whose classes begin with %s."
              .formatted(config.where(), name, family.modelType(), family.className()));
    }
    return name;
  }

  private static List<String> labels(Fields config) throws CompileException {
    Optional<Fields> named = config.object("id2label");
    int said = config.integer("num_labels", 1, 0);
    if (named.isEmpty()) {
      return IntStream.range(0, said > 0 ? said : USUAL_LABELS)
          .mapToObj(index -> "LABEL_" + index)
          .toList();
    }
    Fields names = named.get();
    int count = names.names().size();
    if (said > 0 && said != count) {
      throw new CompileException(
          "%s: num_labels is %d, but id2label names %d labels."
              .formatted(config.where(), said, count));
    }
    List<String> labels = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      String key = Integer.toString(index);
      labels.add(
          names
              .text(key)
              .orElseThrow(
                  () -> new CompileException(names.where() + " has no label " + key + ".")));
    }
    return labels;
  }

  private static Optional<Problem> problem(Fields config) throws CompileException {
    Optional<String> type = config.text("problem_type");
    if (type.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        switch (type.get()) {
          case "single_label_classification" -> Problem.SINGLE_LABEL;
          case "multi_label_classification" -> Problem.MULTI_LABEL;
          case "regression" -> Problem.REGRESSION;
          default ->
              throw new CompileException(
                  config.where()
                      + ": problem_type is "
                      + type.get()
                      + "; it may be single_label_classification, multi_label_classification or"
                      + " regression.");
        });
  }

  /** The head that the class has: what follows the family's name. */
  String headClass() {
    return architecture.substring(encoder.family().className().length());
  }
}
