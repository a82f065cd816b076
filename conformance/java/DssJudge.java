import eu.europa.esig.dss.enumerations.Indication;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.model.x509.CertificateToken;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.spi.x509.revocation.crl.ExternalResourcesCRLSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import eu.europa.esig.dss.validation.reports.Reports;
import java.io.File;
import java.io.FileInputStream;
import java.io.InputStream;
import java.util.Arrays;

/**
 * The validator of the European Commission judges every signature of a PDF as ETSI EN 319 102-1 has
 * it. Nothing is fetched. One line each: field, accepted or refused, level and indication.
 */
public final class DssJudge {
  private static final String UNKNOWN = "The encryption algorithm ? is not authorised";
  private static final String UNLISTED = "The encryption algorithm EdDSA is not authorised";

  public static void main(String[] words) throws Exception {
    File folder = new File(words[1]);
    CertificateToken root = DSSUtils.loadCertificate(new File(folder, "root.pem"));
    CommonTrustedCertificateSource trusted = new CommonTrustedCertificateSource();
    trusted.addCertificate(root);
    CommonCertificateVerifier verifier = new CommonCertificateVerifier();
    verifier.setTrustedCertSources(trusted);
    verifier.setAIASource(null);
    File[] lists = folder.listFiles((where, name) -> name.endsWith(".crl"));
    Arrays.sort(lists);
    InputStream[] streams = new InputStream[lists.length];
    for (int at = 0; at < lists.length; at++) streams[at] = new FileInputStream(lists[at]);
    verifier.setCrlSource(new ExternalResourcesCRLSource(streams));
    SignedDocumentValidator validator =
        SignedDocumentValidator.fromDocument(new FileDocument(words[0]));
    validator.setCertificateVerifier(verifier);
    Reports reports = validator.validateDocument();
    SimpleReport report = reports.getSimpleReport();
    for (String id : report.getSignatureIdList()) {
      Indication is = report.getIndication(id);
      boolean passed = is == Indication.TOTAL_PASSED || is == Indication.PASSED;
      var signature = reports.getDiagnosticData().getSignatureById(id);
      String field = String.join("+", signature.getSignatureFieldNames());
      String why = is + " " + report.getSubIndication(id) + " " + signature.getSignatureFormat();
      StringBuilder more = new StringBuilder();
      for (var one : report.getAdESValidationErrors(id)) more.append(' ').append(one.getValue());
      String said = passed ? " accepted " : " refused ";
      // Its policy of today lists neither; that is no judgement of the signature.
      if (!passed && more.indexOf(UNKNOWN) >= 0) said = " skipped knows no SM2: ";
      if (!passed && more.indexOf(UNLISTED) >= 0) said = " skipped policy lists no EdDSA: ";
      String line = field + said + why + (passed ? "" : more);
      System.out.println(line.replaceAll("\\s+", " "));
    }
  }
}
