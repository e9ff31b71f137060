package dev.aicortex.config;

import java.util.Locale;
import org.eclipse.microprofile.config.spi.Converter;

/** A switch; a word that says neither is refused and not taken for no. */
public final class YesNo implements Converter<Boolean> {
    private static final long serialVersionUID = 1L;

    @Override
    public Boolean convert(String value) {
        return switch (value.strip().toLowerCase(Locale.ROOT)) {
            case "true", "yes", "y", "on", "1" -> true;
            case "false", "no", "n", "off", "0" -> false;
            default -> throw new IllegalArgumentException("it is neither true nor false");
        };
    }
}
