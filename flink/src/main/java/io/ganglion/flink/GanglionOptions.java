package io.ganglion.flink;

import static org.apache.flink.configuration.ConfigOptions.key;

import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;

/** The options of {@code CREATE MODEL ... WITH ('provider' = 'ganglion', ...)}. */
public final class GanglionOptions {
  /** What is asked. */
  public static final ConfigOption<String> TASK =
      key("task")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "What is asked: `classify` (a label for a text or a pair), `score` (one score for a"
                  + " pair, from a cross-encoder) or `embed` (a vector for a text).");

  /** The servers. */
  public static final ConfigOption<String> ENDPOINT =
      key("endpoint")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The servers, `host:port` with commas between them, or one name that gRPC resolves"
                  + " (`dns:///encoder:60061`). Either this or `artifact`.");

  /** The model in process. */
  public static final ConfigOption<String> ARTIFACT =
      key("artifact")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The folder of a compiled model on each task manager, which then runs in process."
                  + " Either this or `endpoint`.");

  /** What a bad text does. */
  public static final ConfigOption<OnError> ON_ERROR =
      key("on-error")
          .enumType(OnError.class)
          .defaultValue(OnError.FAIL)
          .withDescription(
              "What a text does that the model refuses, such as an empty one: `fail` fails the"
                  + " job, `null` gives NULLs, and its reason in the column `error` if there is"
                  + " one. Every other failure fails the job.");

  /** The size of vectors. */
  public static final ConfigOption<Integer> DIMENSIONS =
      key("dimensions")
          .intType()
          .defaultValue(0)
          .withDescription("For `embed`: how many of a vector's values to keep; 0 for all.");

  /** How long an answer may take. */
  public static final ConfigOption<Duration> DEADLINE =
      key("deadline")
          .durationType()
          .defaultValue(ModelSource.Remote.DEADLINE)
          .withDescription(
              "How long a server's answer may take, retries included. Keep it below Flink's own"
                  + " `table.exec.async-ml-predict.timeout`.");

  /** How often a request is sent. */
  public static final ConfigOption<Integer> MAX_ATTEMPTS =
      key("max-attempts")
          .intType()
          .defaultValue(5)
          .withDescription("How often a request may be sent to servers, the first time included.");

  /** Connections to the servers. */
  public static final ConfigOption<Integer> CONNECTIONS =
      key("connections")
          .intType()
          .defaultValue(1)
          .withDescription("Connections of each parallel instance to the servers.");

  /** Encryption. */
  public static final ConfigOption<Boolean> TLS =
      key("tls")
          .booleanType()
          .defaultValue(false)
          .withDescription("Whether connections are encrypted.");

  /** Certificates to trust. */
  public static final ConfigOption<String> TLS_TRUST =
      key("tls.trust")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "A PEM file with the certificates to trust; those of the JVM unless set.");

  /** The certificate to show. */
  public static final ConfigOption<String> TLS_CERTIFICATE =
      key("tls.certificate")
          .stringType()
          .noDefaultValue()
          .withDescription("A PEM file with the certificate to show to servers.");

  /** Its key. */
  public static final ConfigOption<String> TLS_KEY =
      key("tls.key")
          .stringType()
          .noDefaultValue()
          .withDescription("A PEM file with the PKCS#8 key of `tls.certificate`.");

  /** A bearer token. */
  public static final ConfigOption<String> TOKEN_FILE =
      key("token-file")
          .stringType()
          .noDefaultValue()
          .withDescription("A file with a bearer token, read again every ten seconds.");

  /** Those that only servers have. */
  static final List<ConfigOption<?>> OF_SERVERS =
      List.of(
          DEADLINE,
          MAX_ATTEMPTS,
          CONNECTIONS,
          TLS,
          TLS_TRUST,
          TLS_CERTIFICATE,
          TLS_KEY,
          TOKEN_FILE);

  /** All but {@link #TASK}, which is required. */
  static final List<ConfigOption<?>> OPTIONAL =
      List.of(
          ENDPOINT,
          ARTIFACT,
          ON_ERROR,
          DIMENSIONS,
          DEADLINE,
          MAX_ATTEMPTS,
          CONNECTIONS,
          TLS,
          TLS_TRUST,
          TLS_CERTIFICATE,
          TLS_KEY,
          TOKEN_FILE);

  private GanglionOptions() {}

  /** What a text does that the model refuses. */
  public enum OnError {
    /** It fails the job. */
    FAIL,
    /** Its answer is NULL. */
    NULL
  }
}
