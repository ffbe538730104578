package io.ganglion.engine.batch;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Requests by urgency; equally urgent ones in order of arrival. Any request can be removed in
 * logarithmic time. Not thread-safe: guarded by the lock of {@link RequestQueue}.
 */
final class UrgencyHeap {
  private @Nullable PendingRequest[] heap = new @Nullable PendingRequest[64];
  private int size;
  private long tokens;

  int size() {
    return size;
  }

  /** Number of tokens of all requests. */
  long tokens() {
    return tokens;
  }

  void insert(PendingRequest request) {
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, size * 2);
    }
    tokens += request.length();
    siftUp(size++, request);
  }

  @Nullable PendingRequest peek() {
    return size == 0 ? null : heap[0];
  }

  /** The least urgent request, or null. Looks at half of the requests. */
  @Nullable PendingRequest last() {
    PendingRequest last = null;
    for (int i = size / 2; i < size; i++) {
      last = last == null || before(last, at(i)) ? at(i) : last;
    }
    return last;
  }

  /** Removes a request. Returns false if it is not in the heap. */
  boolean remove(PendingRequest request) {
    int index = request.heapIndex;
    if (index < 0) {
      return false;
    }
    request.heapIndex = -1;
    tokens -= request.length();
    PendingRequest last = at(--size);
    heap[size] = null;
    if (index < size) {
      siftDown(index, last);
      if (heap[index] == last) {
        siftUp(index, last);
      }
    }
    return true;
  }

  /** Visits all requests in no particular order. The heap must not change meanwhile. */
  void forEach(Consumer<PendingRequest> action) {
    for (int i = 0; i < size; i++) {
      action.accept(at(i));
    }
  }

  private PendingRequest at(int index) {
    PendingRequest request = heap[index];
    if (request == null) {
      throw new IllegalStateException("hole in the heap");
    }
    return request;
  }

  private void siftUp(int start, PendingRequest request) {
    int index = start;
    while (index > 0) {
      int parent = (index - 1) >>> 1;
      PendingRequest above = at(parent);
      if (!before(request, above)) {
        break;
      }
      place(index, above);
      index = parent;
    }
    place(index, request);
  }

  private void siftDown(int start, PendingRequest request) {
    int index = start;
    while (2 * index + 1 < size) {
      int child = 2 * index + 1;
      if (child + 1 < size && before(at(child + 1), at(child))) {
        child++;
      }
      if (!before(at(child), request)) {
        break;
      }
      place(index, at(child));
      index = child;
    }
    place(index, request);
  }

  private void place(int index, PendingRequest request) {
    heap[index] = request;
    request.heapIndex = index;
  }

  private static boolean before(PendingRequest a, PendingRequest b) {
    return a.urgency != b.urgency ? a.urgency < b.urgency : a.sequence < b.sequence;
  }
}
