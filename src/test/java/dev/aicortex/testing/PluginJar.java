package dev.aicortex.testing;

import dev.aicortex.catalogue.refresh.RefreshStep;
import dev.aicortex.model.ServerSource;
import dev.aicortex.plugin.HouseTag;
import dev.aicortex.plugin.ListedServers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/** The worked example as a jar of its own, as a user would drop it into the folder. */
public final class PluginJar {
    private PluginJar() {}

    /** Writes the jar into {@code folder}. */
    public static void into(Path folder) throws IOException {
        Path file = folder.resolve("example.jar");
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file))) {
            service(jar, ServerSource.class, ListedServers.class);
            service(jar, RefreshStep.class, HouseTag.class);
        }
    }

    private static void service(JarOutputStream jar, Class<?> kind, Class<?> provider)
            throws IOException {
        String path = provider.getName().replace('.', '/') + ".class";
        try (InputStream code = provider.getClassLoader().getResourceAsStream(path)) {
            entry(jar, path, code.readAllBytes());
        }
        entry(
                jar,
                "META-INF/services/" + kind.getName(),
                provider.getName().getBytes(StandardCharsets.UTF_8));
    }

    private static void entry(JarOutputStream jar, String name, byte[] content) throws IOException {
        jar.putNextEntry(new JarEntry(name));
        jar.write(content);
        jar.closeEntry();
    }
}
