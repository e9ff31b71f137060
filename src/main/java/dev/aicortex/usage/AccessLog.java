package dev.aicortex.usage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.aicortex.config.CortexConfig;
import jakarta.inject.Singleton;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.jboss.logmanager.handlers.ConsoleHandler;
import org.jspecify.annotations.Nullable;

/**
 * Writes what a request used as a line of JSON, whether there is a database or not: to the standard
 * output, unless the logger has handlers of its own. Never what was asked or answered.
 */
@Singleton
public class AccessLog {
    private static final String LOGGER = "aicortex.access";

    private final @Nullable Logger log;

    AccessLog(CortexConfig config) {
        this.log = config.accessLog() ? opened() : null;
    }

    /** Bare lines: what stands around those of other loggers would be no JSON. */
    private static Logger opened() {
        Logger log = Logger.getLogger(LOGGER);
        if (log.getHandlers().length == 0) {
            log.addHandler(
                    new ConsoleHandler(
                            ConsoleHandler.Target.SYSTEM_OUT, new PatternFormatter("%s%n")));
            log.setUseParentHandlers(false);
        }
        return log;
    }

    /** Whether a request is worth its record. */
    public boolean wanted() {
        return log != null && log.isLoggable(Level.INFO);
    }

    /**
     * A request has ended.
     *
     * @param request what its client knows it by
     */
    public void add(String request, UsageRecord record) {
        if (log != null) {
            log.info(Json.line(UsageReport.Kept.of(request, record)));
        }
    }

    /** Loaded with the first line. */
    private static final class Json {
        private static final ObjectWriter WRITER =
                new ObjectMapper().writerFor(UsageReport.Kept.class);

        static String line(UsageReport.Kept record) {
            try {
                return WRITER.writeValueAsString(record);
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("a record of texts and numbers", e);
            }
        }
    }
}
