package dev.aicortex.ollama;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.model.ValidationException;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Whom each server's certificate must be from, and which one of ours it is shown: one client has
 * connections to all servers, and each handshake is told whose it is.
 */
final class PeerCertificates {
    private final Supplier<List<ServerAccess.Entry>> entries;

    private PeerCertificates(Supplier<List<ServerAccess.Entry>> entries) {
        this.entries = entries;
    }

    /** Has connections believe the servers' certificates, and show our own. */
    static void secure(HttpClientOptions options, Supplier<List<ServerAccess.Entry>> entries) {
        PeerCertificates peers = new PeerCertificates(entries);
        options.setTrustOptions(TrustOptions.wrap(peers.new Trust()));
        options.setKeyCertOptions(KeyCertOptions.wrap(peers.new Keys()));
    }

    private Stream<ServerAccess.Entry> at(SSLEngine engine) {
        String host = Objects.requireNonNullElse(engine.getPeerHost(), "");
        String name = host.replaceAll("[\\[\\]]", "").toLowerCase(Locale.ROOT);
        return entries.get().stream().filter(entry -> entry.at(name, engine.getPeerPort()));
    }

    /** Those whom Java trusts; read when the first server with TLS is met. */
    private static X509ExtendedTrustManager usual() {
        return Usual.TRUST;
    }

    private static final class Usual {
        static final X509ExtendedTrustManager TRUST = Identity.trusting(List.of());
    }

    private final class Trust extends X509ExtendedTrustManager {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            at(engine)
                    .flatMap(entry -> entry.identity().trust().stream())
                    .findFirst()
                    .orElseGet(PeerCertificates::usual)
                    .checkServerTrusted(chain, type, engine);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            usual().checkServerTrusted(chain, type, socket);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type)
                throws CertificateException {
            usual().checkServerTrusted(chain, type);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            throw noServer();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            throw noServer();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type)
                throws CertificateException {
            throw noServer();
        }

        private static CertificateException noServer() {
            return new CertificateException("these connections have no clients");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /** Each pair goes by the key of its entry. */
    private final class Keys extends X509ExtendedKeyManager {
        @Override
        public @Nullable String chooseEngineClientAlias(
                String[] types, Principal @Nullable [] issuers, SSLEngine engine) {
            return at(engine)
                    .filter(entry -> entry.identity().own().isPresent())
                    .map(ServerAccess.Entry::key)
                    .findFirst()
                    .orElse(null);
        }

        private Optional<KeyStore.PrivateKeyEntry> named(String alias) {
            return entries.get().stream()
                    .filter(entry -> entry.key().equals(alias))
                    .findFirst()
                    .flatMap(entry -> entry.identity().own());
        }

        @Override
        public @Nullable PrivateKey getPrivateKey(String alias) {
            return named(alias).map(KeyStore.PrivateKeyEntry::getPrivateKey).orElse(null);
        }

        @Override
        public X509Certificate @Nullable [] getCertificateChain(String alias) {
            return named(alias)
                    .map(own -> (X509Certificate[]) own.getCertificateChain())
                    .orElse(null);
        }

        @Override
        public String @Nullable [] getClientAliases(String type, Principal[] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseClientAlias(
                String[] types, Principal[] issuers, Socket socket) {
            return null;
        }

        @Override
        public String @Nullable [] getServerAliases(String type, Principal[] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
            return null;
        }
    }

    /**
     * By what one server and we prove to each other who we are.
     *
     * @param trust whom its certificate must be from; empty for those whom Java trusts
     * @param own our certificate with its key, and those that signed it; empty when the server asks
     *     for none
     */
    record Identity(
            Optional<X509ExtendedTrustManager> trust, Optional<KeyStore.PrivateKeyEntry> own) {
        private static final Pattern PRIVATE_KEY =
                Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]*)-----END PRIVATE KEY-----");

        /**
         * Reads the files.
         *
         * @param key what their keys begin with
         * @throws ValidationException for a file that is no use
         */
        static Identity of(String key, CortexConfig.Server said) {
            if (said.clientCert().isPresent() != said.clientKey().isPresent()) {
                throw new ValidationException(
                        "%1$s.client-cert and %1$s.client-key go together; set both"
                                .formatted(key));
            }
            return new Identity(
                    said.caFile().map(file -> trusting(certificates(key + ".ca-file", file))),
                    said.clientCert().map(cert -> own(key, cert, said.clientKey().orElseThrow())));
        }

        private static KeyStore.PrivateKeyEntry own(String key, Path cert, Path keyFile) {
            List<X509Certificate> chain = certificates(key + ".client-cert", cert);
            return new KeyStore.PrivateKeyEntry(
                    privateKey(key + ".client-key", keyFile, chain.getFirst()),
                    chain.toArray(X509Certificate[]::new));
        }

        private static byte[] bytes(String field, Path file) {
            try {
                return Files.readAllBytes(file);
            } catch (IOException e) {
                throw wrong(field, file, "cannot be read; name a PEM file", e);
            }
        }

        private static ValidationException wrong(
                String field, Path file, String problem, @Nullable Exception cause) {
            return new ValidationException("%s: '%s' %s".formatted(field, file, problem), cause);
        }

        private static List<X509Certificate> certificates(String field, Path file) {
            var pem = new ByteArrayInputStream(bytes(field, file));
            try {
                var found = CertificateFactory.getInstance("X.509").generateCertificates(pem);
                if (found.isEmpty()) {
                    throw new CertificateException("there is none");
                }
                return found.stream().map(X509Certificate.class::cast).toList();
            } catch (CertificateException e) {
                String problem =
                        "holds no certificate; name a PEM file that begins with -----BEGIN CERTIFICATE-----";
                throw wrong(field, file, problem, e);
            }
        }

        /**
         * Trusts whomever they signed.
         *
         * @param signers none for those whom Java trusts
         */
        private static X509ExtendedTrustManager trusting(List<X509Certificate> signers) {
            try {
                KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
                store.load(null, null);
                for (X509Certificate signer : signers) {
                    store.setCertificateEntry("ca-" + store.size(), signer);
                }
                TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
                factory.init(signers.isEmpty() ? null : store);
                return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
            } catch (GeneralSecurityException | IOException e) {
                throw new IllegalStateException("certificates that were read cannot be kept", e);
            }
        }

        private static PrivateKey privateKey(String field, Path file, X509Certificate owner) {
            String text = new String(bytes(field, file), StandardCharsets.US_ASCII);
            Matcher pem = PRIVATE_KEY.matcher(text);
            if (!pem.find()) {
                String problem =
                        "holds no key between -----BEGIN PRIVATE KEY----- and its end; convert it: openssl pkcs8 -topk8 -nodes -in old.pem -out new.pem";
                throw wrong(field, file, problem, null);
            }
            try {
                byte[] encoded = Base64.getMimeDecoder().decode(pem.group(1));
                PublicKey of = owner.getPublicKey();
                PrivateKey key =
                        KeyFactory.getInstance(of.getAlgorithm())
                                .generatePrivate(new PKCS8EncodedKeySpec(encoded));
                if (!belongs(key, of)) {
                    throw new InvalidKeyException("another one's");
                }
                return key;
            } catch (GeneralSecurityException | IllegalArgumentException e) {
                String problem =
                        "is not the key of the certificate; name the one that client-cert was made with";
                throw wrong(field, file, problem, e);
            }
        }

        /** Whether what the one signs is believed by the other. */
        private static boolean belongs(PrivateKey key, PublicKey of)
                throws GeneralSecurityException {
            Signature signature =
                    Signature.getInstance(
                            switch (of.getAlgorithm()) {
                                case "RSA" -> "SHA256withRSA";
                                case "EC" -> "SHA256withECDSA";
                                default -> of.getAlgorithm();
                            });
            signature.initSign(key);
            signature.update((byte) 1);
            byte[] signed = signature.sign();
            signature.initVerify(of);
            signature.update((byte) 1);
            return signature.verify(signed);
        }
    }
}
