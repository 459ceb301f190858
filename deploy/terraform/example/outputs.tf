output "identity_pool_id" {
  value = aws_cognito_identity_pool.app.id
}

output "role_arns" {
  value = { user = aws_iam_role.user.arn, guest = aws_iam_role.guest.arn }
}
