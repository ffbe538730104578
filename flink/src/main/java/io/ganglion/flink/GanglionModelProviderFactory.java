package io.ganglion.flink;

import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.config.ExecutionConfigOptions;
import org.apache.flink.table.factories.ModelProviderFactory;
import org.apache.flink.table.functions.AsyncPredictFunction;
import org.apache.flink.table.ml.AsyncPredictRuntimeProvider;
import org.apache.flink.table.ml.ModelProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the provider of {@code CREATE MODEL ... WITH ('provider' = 'ganglion', ...)}. Flink finds
 * it by its service file.
 *
 * <pre>{@code
 * CREATE MODEL paraphrase
 * INPUT (a STRING, b STRING)
 * OUTPUT (label STRING, probability DOUBLE)
 * WITH ('provider' = 'ganglion', 'task' = 'classify', 'artifact' = '/models/paraphrase');
 *
 * SELECT id, label, probability
 * FROM ML_PREDICT(TABLE pairs, MODEL paraphrase, DESCRIPTOR(a, b));
 * }</pre>
 */
public final class GanglionModelProviderFactory implements ModelProviderFactory {
  private static final Logger LOG = LoggerFactory.getLogger(GanglionModelProviderFactory.class);

  /** With fewer rows in flight than a small batch has, cores wait for rows. */
  private static final int FEW_IN_FLIGHT = 64;

  @Override
  public String factoryIdentifier() {
    return "ganglion";
  }

  @Override
  public Set<ConfigOption<?>> requiredOptions() {
    return Set.of(GanglionOptions.TASK);
  }

  @Override
  public Set<ConfigOption<?>> optionalOptions() {
    return Set.copyOf(GanglionOptions.OPTIONAL);
  }

  @Override
  public ModelProvider createModelProvider(ModelProviderFactory.Context context) {
    ModelSettings settings = ModelSettings.of(context.getCatalogModel().getOptions());
    ModelColumns columns =
        ModelColumns.of(
            context.getCatalogModel().getResolvedInputSchema(),
            context.getCatalogModel().getResolvedOutputSchema(),
            settings);
    warnOfFewInFlight(context.getConfiguration());
    return new Provider(settings, columns);
  }

  private static void warnOfFewInFlight(ReadableConfig config) {
    ConfigOption<Integer> option =
        ExecutionConfigOptions.TABLE_EXEC_ASYNC_ML_PREDICT_MAX_CONCURRENT_OPERATIONS;
    int inFlight = config.get(option);
    if (inFlight < FEW_IN_FLIGHT) {
      LOG.warn(
          "{} is {}, too few for full batches: set it to {}, or give ML_PREDICT a"
              + " 'max-concurrent-operations'.",
          option.key(),
          inFlight,
          AskFunction.CAPACITY);
    }
  }

  private record Provider(ModelSettings settings, ModelColumns columns)
      implements AsyncPredictRuntimeProvider {
    @Override
    public AsyncPredictFunction createAsyncPredictFunction(ModelProvider.Context context) {
      return new PredictFunction(settings, columns);
    }

    @Override
    public ModelProvider copy() {
      return new Provider(settings, columns);
    }
  }
}
