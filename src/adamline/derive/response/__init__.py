"""Clinical response in lupus: SLEDAI-2K, BILAG, PGA, and the SLE Responder Index made of them."""
