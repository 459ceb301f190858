terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.0"
    }
  }
}

# Every service that is used here is this server; a service without an endpoint would be the real one.
provider "aws" {
  region     = var.region
  access_key = var.access_key_id
  secret_key = var.secret_access_key

  # There is no instance metadata, and regions may have any name. The other two checks work and find wrong keys early.
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_credentials_validation = false
  skip_requesting_account_id  = false

  endpoints {
    cognitoidentity = var.endpoint
    iam             = var.endpoint
    sts             = var.endpoint
  }

  default_tags {
    tags = {
      ManagedBy = "terraform"
    }
  }
}
