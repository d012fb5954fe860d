package api

import (
	"net/http"
	"net/url"
)

// refuseDownload answers a request that gets no installer. A browser that sent
// the form of the link's page is led back to that page, which says why, because
// an answer would take the page's place. The key is not repeated: browsers carry
// what is behind the # of the form's address along (RFC 9110 section 10.2.2).
func refuseDownload(w http.ResponseWriter, r *http.Request, err error) {
	p := problemOf(r.Context(), err)
	if r.Header.Get("Sec-Fetch-Mode") != "navigate" {
		p.write(w)
		return
	}
	w.Header().Set("Location", "/install/"+url.PathEscape(r.PathValue("uid"))+"?problem="+url.QueryEscape(p.Code))
	w.WriteHeader(http.StatusSeeOther)
}
