package dev.aicortex.http.admin;

import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.SmallRyeConfig;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.Config;

/** {@code GET /config}: the keys in force, with where each value comes from; secrets are masked. */
@Path("/config")
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
public class ConfigResource {
    private static final String MASK = "***";

    /** The rules of keys, {@code cortex.routing.allow.keys.alice}, hold none. */
    private static final Pattern SECRET_NAME =
            Pattern.compile(
                    ".*(password|secret|token|bearer|credential|api-?key|(?<!routing\\.allow)\\.keys?)([.\\[].*)?");

    private static final Pattern USER_INFO = Pattern.compile("//[^,]*@");

    private final SmallRyeConfig config;

    ConfigResource(Config config) {
        this.config = config.unwrap(SmallRyeConfig.class);
    }

    /** A value and its source, for example {@code EnvConfigSource}. */
    public record Setting(String value, String source) {}

    @GET
    public Map<String, Setting> config() {
        Map<String, Setting> shown = new TreeMap<>();
        for (String name : config.getPropertyNames()) {
            ConfigValue value = ours(name) ? config.getConfigValue(name) : null;
            if (value != null && value.getValue() != null) {
                String source = Objects.requireNonNullElse(value.getConfigSourceName(), "default");
                shown.put(name, new Setting(masked(name, value.getValue()), source));
            }
        }
        return shown;
    }

    private static boolean ours(String name) {
        return name.startsWith("cortex.")
                || name.equals("quarkus.http.host")
                || name.equals("quarkus.http.port");
    }

    static String masked(String name, String value) {
        return SECRET_NAME.matcher(name.toLowerCase(Locale.ROOT)).matches()
                ? MASK
                : USER_INFO.matcher(value).replaceAll("//" + MASK + "@");
    }
}
