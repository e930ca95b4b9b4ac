"""WeCom (企业微信): callbacks in, messages and cards out, the directory, and the login of its pages."""
