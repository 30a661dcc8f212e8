/* Namespaces of OSCI-Transport 1.2 messages. */
#ifndef OSCI_NAMES_H
#define OSCI_NAMES_H

#define OSCI_NS_SOAP "http://schemas.xmlsoap.org/soap/envelope/"
#define OSCI_NS "http://www.osci.de/2002/04/osci"
#define OSCI_NS_2017 "http://xoev.de/transport/osci12/7"
#define OSCI_NS_128 "http://xoev.de/transport/osci12/8"
#define OSCI_NS_DS "http://www.w3.org/2000/09/xmldsig#"
#define OSCI_NS_XENC "http://www.w3.org/2001/04/xmlenc#"
#define OSCI_NS_XENC11 "http://www.w3.org/2009/xmlenc11#"
#define OSCI_NS_XSI "http://www.w3.org/2001/XMLSchema-instance"
#define OSCI_NS_XADES "http://uri.etsi.org/01903/v1.3.2#"

#endif
