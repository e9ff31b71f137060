package dev.aicortex.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A file as Kubernetes has it of a ConfigMap: a new content comes with the swap of a symlink.
 *
 * @param path where it is read
 */
public record SwappedFile(Path path) {
    /** A new one in a folder of its own. */
    public static SwappedFile with(String text) {
        try {
            Path folder = Files.createTempDirectory("aicortex-config-");
            Path path = folder.resolve("aicortex.yaml");
            SwappedFile file = new SwappedFile(path);
            file.swap(text);
            Files.createSymbolicLink(path, Path.of("..data", "aicortex.yaml"));
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether it says this already. */
    public boolean says(String text) {
        try {
            return Files.readString(path).equals(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void swap(String next) {
        Path folder = path.getParent();
        try {
            Path version = Files.createTempDirectory(folder, "..");
            Files.writeString(version.resolve("aicortex.yaml"), next);
            Path link = folder.resolve("..data_tmp");
            Files.createSymbolicLink(link, version.getFileName());
            Files.move(link, folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
