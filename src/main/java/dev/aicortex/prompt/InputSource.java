package dev.aicortex.prompt;

import java.io.IOException;
import java.io.InputStream;

/** A body that can be read more than once. */
@FunctionalInterface
public interface InputSource {
    /** The bytes from the start; the caller closes it. */
    InputStream open() throws IOException;
}
