package dev.aicortex.ollama;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.model.ValidationException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * By what one server and we prove to each other who we are.
 *
 * @param trust whom its certificate must be from; empty for those whom Java trusts
 * @param chain our own certificate, then those that signed it; empty when the server asks for none
 * @param key of the first of them
 */
record PeerIdentity(
        Optional<X509ExtendedTrustManager> trust,
        List<X509Certificate> chain,
        Optional<PrivateKey> key) {
    private static final Pattern PRIVATE_KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]*)-----END PRIVATE KEY-----");

    /**
     * Reads the files.
     *
     * @param key what their keys begin with
     * @throws ValidationException for a file that is no use
     */
    static PeerIdentity of(String key, CortexConfig.Access said) {
        if (said.clientCert().isPresent() != said.clientKey().isPresent()) {
            throw new ValidationException(
                    "%s.client-cert and %s.client-key go together; set both".formatted(key, key));
        }
        List<X509Certificate> chain =
                said.clientCert()
                        .map(file -> certificates(key + ".client-cert", file))
                        .orElse(List.of());
        return new PeerIdentity(
                said.caFile().map(file -> trusting(certificates(key + ".ca-file", file))),
                chain,
                said.clientKey()
                        .map(file ->
                                privateKey(
                                        key + ".client-key",
                                        file,
                                        chain.getFirst().getPublicKey())));
    }

    private static byte[] bytes(String field, Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw wrong(field, file, "cannot be read", "name a PEM file", e);
        }
    }

    private static List<X509Certificate> certificates(String field, Path file) {
        byte[] pem = bytes(field, file);
        try {
            List<X509Certificate> found =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(pem))
                            .stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (!found.isEmpty()) {
                return found;
            }
        } catch (CertificateException e) {
            throw noCertificate(field, file, e);
        }
        throw noCertificate(field, file, null);
    }

    private static ValidationException noCertificate(
            String field, Path file, @Nullable Exception cause) {
        return wrong(
                field,
                file,
                "holds no certificate",
                "name a PEM file that begins with -----BEGIN CERTIFICATE-----",
                cause);
    }

    private static ValidationException wrong(
            String field, Path file, String problem, String remedy, @Nullable Exception cause) {
        return new ValidationException(
                "%s: '%s' %s; %s".formatted(field, file, problem, remedy), cause);
    }

    private static X509ExtendedTrustManager trusting(List<X509Certificate> signers) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (int i = 0; i < signers.size(); i++) {
                store.setCertificateEntry("ca-" + i, signers.get(i));
            }
            return manager(store);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("certificates that were read cannot be kept", e);
        }
    }

    /** Of those whom Java trusts. */
    static X509ExtendedTrustManager usual() {
        try {
            return manager(null);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Java has no certificates of its own", e);
        }
    }

    private static X509ExtendedTrustManager manager(@Nullable KeyStore store)
            throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager found) {
                return found;
            }
        }
        throw new GeneralSecurityException("no trust manager");
    }

    private static PrivateKey privateKey(String field, Path file, PublicKey of) {
        Matcher pem =
                PRIVATE_KEY.matcher(new String(bytes(field, file), StandardCharsets.US_ASCII));
        if (!pem.find()) {
            throw wrong(
                    field,
                    file,
                    "holds no key between -----BEGIN PRIVATE KEY----- and its end",
                    "convert it: openssl pkcs8 -topk8 -nodes -in old.pem -out new.pem",
                    null);
        }
        try {
            byte[] encoded = Base64.getMimeDecoder().decode(pem.group(1));
            PrivateKey key =
                    KeyFactory.getInstance(of.getAlgorithm())
                            .generatePrivate(new PKCS8EncodedKeySpec(encoded));
            if (belongs(key, of)) {
                return key;
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw notOurs(field, file, e);
        }
        throw notOurs(field, file, null);
    }

    private static ValidationException notOurs(String field, Path file, @Nullable Exception cause) {
        return wrong(
                field,
                file,
                "is not the key of the certificate",
                "name the one that client-cert was made with",
                cause);
    }

    private static boolean belongs(PrivateKey key, PublicKey of) throws GeneralSecurityException {
        String algorithm =
                switch (of.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> of.getAlgorithm();
                };
        byte[] text = {1};
        Signature signing = Signature.getInstance(algorithm);
        signing.initSign(key);
        signing.update(text);
        Signature checking = Signature.getInstance(algorithm);
        checking.initVerify(of);
        checking.update(text);
        return checking.verify(signing.sign());
    }
}
