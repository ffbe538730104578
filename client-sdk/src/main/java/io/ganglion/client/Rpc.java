package io.ganglion.client;

import io.ganglion.api.GanglionException;
import io.grpc.MethodDescriptor;
import java.util.function.Function;

/**
 * A unary rpc: its method and how its answer is read.
 *
 * @param method of the contract
 * @param reader throws {@link GanglionException.Internal} for an answer that no server of ours
 *     sends
 * @param <Q> request message
 * @param <A> answer message
 * @param <T> what the caller gets
 */
record Rpc<Q, A, T>(MethodDescriptor<Q, A> method, Function<A, T> reader) {}
