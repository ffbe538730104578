package io.ganglion.core.cpu;

import org.bytedeco.dnnl.dnnl_stream;

/** Work on a core's buffers with everything bound. Owner thread only. */
interface Operation {
  /** Runs to completion, because a CPU stream executes in the calling thread. */
  void run(dnnl_stream stream);
}
