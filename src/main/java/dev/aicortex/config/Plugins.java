package dev.aicortex.config;

import dev.aicortex.model.ValidationException;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/** What other jars bring, on the class path or in the folder {@code cortex.plugins}. */
public final class Plugins {
    private Plugins() {}

    /**
     * The services of this kind, in the order in which they are found. The folder's jars stay open
     * as long as the program runs.
     *
     * @throws ValidationException when the folder cannot be read
     */
    public static <T> List<T> load(Optional<Path> folder, Class<T> kind) {
        ClassLoader parent = Thread.currentThread().getContextClassLoader();
        ClassLoader loader =
                folder.isEmpty() ? parent : new URLClassLoader(jars(folder.get()), parent);
        return ServiceLoader.load(kind, loader).stream().map(ServiceLoader.Provider::get).toList();
    }

    private static URL[] jars(Path folder) {
        List<URL> jars = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, "*.jar")) {
            for (Path jar : all) {
                jars.add(jar.toUri().toURL());
            }
        } catch (IOException e) {
            throw new ValidationException(
                    "cortex.plugins: '%s' cannot be read; name a folder with jars"
                            .formatted(folder),
                    e);
        }
        return jars.toArray(URL[]::new);
    }
}
