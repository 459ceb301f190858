resource "aws_iam_openid_connect_provider" "users" {
  url            = var.issuer
  client_id_list = var.client_ids
}

resource "aws_cognito_identity_pool" "app" {
  identity_pool_name               = "app"
  allow_unauthenticated_identities = true
  allow_classic_flow               = false
  openid_connect_provider_arns     = [aws_iam_openid_connect_provider.users.arn]
}

# Who may take a role: identities of this pool alone, and guests only the guests' role.
locals {
  trust = {
    for kind, amr in { user = "authenticated", guest = "unauthenticated" } : kind => jsonencode({
      Version = "2012-10-17"
      Statement = [{
        Effect    = "Allow"
        Principal = { Federated = "cognito-identity.amazonaws.com" }
        Action    = concat(["sts:AssumeRoleWithWebIdentity"], kind == "user" ? ["sts:TagSession"] : [])
        Condition = {
          StringEquals             = { "cognito-identity.amazonaws.com:aud" = aws_cognito_identity_pool.app.id }
          "ForAnyValue:StringLike" = { "cognito-identity.amazonaws.com:amr" = amr }
        }
      }]
    })
  }
}

resource "aws_iam_role" "user" {
  name                 = "app-user"
  description          = "Users of the app"
  assume_role_policy   = local.trust.user
  max_session_duration = 3600
}

resource "aws_iam_role" "guest" {
  name               = "app-guest"
  assume_role_policy = local.trust.guest
}

resource "aws_iam_role_policy" "user" {
  name = "own-files"
  role = aws_iam_role.user.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:PutObject"]
      Resource = "arn:aws:s3:::app-files/$${cognito-identity.amazonaws.com:sub}/*"
    }]
  })
}

resource "aws_cognito_identity_pool_roles_attachment" "app" {
  identity_pool_id = aws_cognito_identity_pool.app.id

  roles = {
    authenticated   = aws_iam_role.user.arn
    unauthenticated = aws_iam_role.guest.arn
  }

  # Users whose token says so stay guests.
  role_mapping {
    identity_provider         = aws_iam_openid_connect_provider.users.arn
    type                      = "Rules"
    ambiguous_role_resolution = "AuthenticatedRole"

    mapping_rule {
      claim      = "email_verified"
      match_type = "Equals"
      value      = "false"
      role_arn   = aws_iam_role.guest.arn
    }
  }
}

# The claim "department" of a login becomes the session tag "Team", which policies read as aws:PrincipalTag/Team.
resource "aws_cognito_identity_pool_provider_principal_tag" "users" {
  identity_pool_id       = aws_cognito_identity_pool.app.id
  identity_provider_name = aws_iam_openid_connect_provider.users.arn
  use_defaults           = false

  principal_tags = {
    Team = "department"
  }
}
