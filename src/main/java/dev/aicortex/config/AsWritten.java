package dev.aicortex.config;

import org.eclipse.microprofile.config.spi.Converter;

/** A text that may be empty, so that the gateway itself can say what is wrong with that. */
public final class AsWritten implements Converter<String> {
    private static final long serialVersionUID = 1L;

    @Override
    public String convert(String value) {
        return value;
    }
}
