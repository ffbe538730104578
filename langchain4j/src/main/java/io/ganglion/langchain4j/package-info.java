/** Models of LangChain4j that ask a Ganglion model, remote or in process. */
@NullMarked
package io.ganglion.langchain4j;

import org.jspecify.annotations.NullMarked;
