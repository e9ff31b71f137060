package dev.aicortex.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /openapi.yaml} and {@code /openapi.json}: every route of the gateway, for tools and
 * people. Written by hand as YAML; nothing is read before somebody asks.
 */
@Path("/")
@RunOnVirtualThread
public class OpenApiResource {
    private static final String FILE = "/openapi/openapi.yaml";

    private final String version;
    private volatile @Nullable String json;

    OpenApiResource(@ConfigProperty(name = "quarkus.application.version") String version) {
        this.version = version;
    }

    @GET
    @Path("openapi.yaml")
    @Produces("application/yaml")
    public String yaml() throws IOException {
        try (InputStream file = OpenApiResource.class.getResourceAsStream(FILE)) {
            if (file == null) {
                throw new FileNotFoundException(FILE);
            }
            String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
            return text.replace("@version@", version);
        }
    }

    /** Made of the YAML once; twice when two ask at the same moment, which does no harm. */
    @GET
    @Path("openapi.json")
    @Produces(MediaType.APPLICATION_JSON)
    public String json() throws IOException {
        String made = json;
        if (made == null) {
            made = new ObjectMapper(new YAMLFactory()).readTree(yaml()).toString();
            json = made;
        }
        return made;
    }
}
