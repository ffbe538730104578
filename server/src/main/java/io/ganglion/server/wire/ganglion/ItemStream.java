package io.ganglion.server.wire.ganglion;

import com.google.protobuf.MessageLite;
import io.ganglion.engine.batch.Outcome;
import io.ganglion.engine.model.ServedModel;
import io.ganglion.proto.v1.ItemError;
import io.ganglion.proto.v1.StreamOptions;
import io.ganglion.server.grpc.Texts;
import org.jspecify.annotations.Nullable;

/**
 * The differences between streams of items: how their messages are read and written. Stateless.
 *
 * @param <Q> what clients send
 * @param <R> what they get
 */
interface ItemStream<Q, R extends MessageLite> {
  /** What a message is. */
  enum Action {
    ITEM,
    CANCEL,
    OPTIONS,
    NONE
  }

  Action action(Q message);

  long id(Q message);

  /** How long the caller will wait; unsigned, and 0 for as long as the stream lasts. */
  int timeoutMs(Q message);

  StreamOptions options(Q message);

  Texts texts(Q item);

  /** How many values the item's answer shall have; unsigned, and 0 for what is usual. */
  int size(Q item);

  /** What is wrong with an item besides its texts, one clause; null if nothing is. */
  @Nullable String complaint(int size, ServedModel model);

  R answer(long id, ServedModel model, Outcome.Answered answered, int size);

  R error(long id, ItemError error);
}
