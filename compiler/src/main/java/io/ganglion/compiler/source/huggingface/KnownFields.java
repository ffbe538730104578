package io.ganglion.compiler.source.huggingface;

import java.util.Set;

/**
 * Fields of {@code config.json} that change no answer: they serve training, generation, other heads
 * or the library's own bookkeeping, or say again what the tensors say.
 */
final class KnownFields {
  static final Set<String> HARMLESS =
      Set.of(
          // bookkeeping
          "_name_or_path",
          "transformers_version",
          "torch_dtype",
          "dtype",
          "torchscript",
          "use_bfloat16",
          "tf_legacy_loss",
          "use_cache",
          "return_dict",
          "output_hidden_states",
          "output_attentions",
          "output_past",
          "attn_implementation",
          "_attn_implementation",
          "_attn_implementation_autoset",
          "chunk_size_feed_forward",
          "tokenizer_class",
          "tie_word_embeddings",
          "tie_encoder_decoder",
          "tie_weights_",
          "label2id",
          "_num_labels",
          "language",
          "name",
          // training
          "hidden_dropout_prob",
          "attention_probs_dropout_prob",
          "classifier_dropout",
          "dropout",
          "attention_dropout",
          "qa_dropout",
          "seq_classif_dropout",
          "initializer_range",
          "initializer_factor",
          "gradient_checkpointing",
          "finetuning_task",
          "summary_last_dropout",
          // the position table is stored, whatever it was made from
          "sinusoidal_pos_embds",
          // heads that other architectures have
          "summary_activation",
          "summary_type",
          "summary_use_proj",
          "task_specific_params",
          "cross_attention_hidden_size",
          // left by the conversion of Google's multilingual BERT, and read by nothing
          "directionality",
          "pooler_fc_size",
          "pooler_num_attention_heads",
          "pooler_num_fc_layers",
          "pooler_size_per_head",
          "pooler_type",
          // tokens: the tokenizer's files decide
          "bos_token_id",
          "eos_token_id",
          "pad_token_id",
          "sep_token_id",
          "cls_token_id",
          "prefix",
          // generation
          "decoder_start_token_id",
          "max_length",
          "min_length",
          "do_sample",
          "early_stopping",
          "num_beams",
          "num_beam_groups",
          "diversity_penalty",
          "temperature",
          "top_k",
          "top_p",
          "typical_p",
          "repetition_penalty",
          "length_penalty",
          "no_repeat_ngram_size",
          "encoder_no_repeat_ngram_size",
          "bad_words_ids",
          "num_return_sequences",
          "output_scores",
          "return_dict_in_generate",
          "forced_bos_token_id",
          "forced_eos_token_id",
          "remove_invalid_values",
          "exponential_decay_length_penalty",
          "suppress_tokens",
          "begin_suppress_tokens");

  private KnownFields() {}
}
