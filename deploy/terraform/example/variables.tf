variable "endpoint" {
  description = "Base URL of the server, without a path."
  type        = string
}

variable "region" {
  description = "FederatedIdentity__Region of the server."
  type        = string
  default     = "us-east-1"
}

variable "access_key_id" {
  description = "A key of the account's root, or of a user who may administer IAM and identity pools."
  type        = string
}

variable "secret_access_key" {
  type      = string
  sensitive = true
}

variable "issuer" {
  description = "URL of the OpenID Connect provider whose users sign in."
  type        = string
}

variable "client_ids" {
  description = "Client ids whose ID tokens count."
  type        = set(string)
}
