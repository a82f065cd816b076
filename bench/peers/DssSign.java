import eu.europa.esig.dss.enumerations.DigestAlgorithm;
import eu.europa.esig.dss.enumerations.SignatureAlgorithm;
import eu.europa.esig.dss.enumerations.SignatureLevel;
import eu.europa.esig.dss.model.DSSDocument;
import eu.europa.esig.dss.model.InMemoryDocument;
import eu.europa.esig.dss.model.SignatureValue;
import eu.europa.esig.dss.model.ToBeSigned;
import eu.europa.esig.dss.model.x509.CertificateToken;
import eu.europa.esig.dss.pades.PAdESSignatureParameters;
import eu.europa.esig.dss.pades.signature.PAdESService;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Signature;

/** EU DSS signs at PAdES baseline B, with a key of the caller's. */
public final class DssSign {
  public static void main(String[] words) throws Exception {
    PeerKey key = PeerKey.open(words[0]);
    Path out = Path.of(words[2]);
    PAdESService service = new PAdESService(new CommonCertificateVerifier());
    PeerKey.eachOf(words[1], words[3], file -> {
      DSSDocument document = new InMemoryDocument(Files.readAllBytes(file));
      PAdESSignatureParameters wish = new PAdESSignatureParameters();
      wish.setSignatureLevel(SignatureLevel.PAdES_BASELINE_B);
      wish.setDigestAlgorithm(DigestAlgorithm.SHA256);
      wish.setSigningCertificate(new CertificateToken(key.certificate()));
      ToBeSigned message = service.getDataToSign(document, wish);
      Signature signer = Signature.getInstance("SHA256withRSA");
      signer.initSign(key.privateKey());
      signer.update(message.getBytes());
      SignatureValue value = new SignatureValue(SignatureAlgorithm.RSA_SHA256, signer.sign());
      try (var stream = Files.newOutputStream(out)) {
        service.signDocument(document, wish, value).writeTo(stream);
      }
    });
  }
}
