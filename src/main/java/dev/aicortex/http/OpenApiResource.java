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

/**
 * {@code GET /openapi.yaml} and {@code /openapi.json}: every route of the gateway, for tools and
 * people. Written by hand as YAML; nothing is read before somebody asks.
 */
@Path("/")
@RunOnVirtualThread
public class OpenApiResource {
    private static final String FILE = "/openapi/openapi.yaml";

    private final String version;

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

    @GET
    @Path("openapi.json")
    @Produces(MediaType.APPLICATION_JSON)
    public String json() throws IOException {
        return new ObjectMapper(new YAMLFactory()).readTree(yaml()).toString();
    }
}
