-- What a database may hold after migration 0001. Secrets are wrapped by the master key of SchemaUpgradeTests; 127.0.0.1:4100 stands
-- for the provider that the test starts. Keys and envelopes are as release 0.1.0 wrote them.

insert into account (id, created_at) values ('000000000000', '2026-01-01 00:00:00+00'), ('210987654321', '2026-01-02 03:04:05.678901+00');

insert into access_key (id, account_id, wrapped_secret, active, created_at) values
    ('AKIAUPGRADEROOT00000', '000000000000',
        decode('01f8efe203bba4e73762513ad2fe509f08d06403e1366ba4a2f291b43a01449f5de1c504550e1473001fc9a9f6ce3382933db3ef9031a2'
        || 'b33cd3c5e25c3297a226d5bffa1e4f2b620f46', 'hex'), true, '2026-01-01 00:00:01+00'),
    ('AKIAUPGRADEINACTIVE0', '000000000000',
        decode('01f8efe203bba4e73762513ad2fe509f08d06403e1366ba4a2f291b43a01449f5de1c504550e1473001fc9a9f6ce3382933db3ef9031a2'
        || 'b33cd3c5e25c3297a226d5bffa1e4f2b620f46', 'hex'), false, '2026-01-01 00:00:02+00');

insert into identity_pool (id, account_id, name, allow_unauthenticated, allow_classic_flow, developer_provider_name,
    supported_login_providers, cognito_identity_providers, open_id_connect_provider_arns, saml_provider_arns, version, created_at,
    modified_at, deleted_at)
values
    ('us-east-1:2c5b8882-a916-4551-aa0c-c350746f1596', '000000000000', 'Grüße; drop table identity; -- "quoted" \ ''single'' 日本語 💥 %s $1 {0}',
        true, true, 'backend',
        jsonb_build_object('accounts.google.com', 'google-client', 'api.twitter.com',
            'consumer;wrapped:Afjv4gNraC+3O6kY7Wgc0c1I9+3+HzsRNjhscwvwui2heAIceqjYqFnRIkxUL0gGCXWg2N4RfQ=='),
        '[{"provider_name": "cognito-idp.us-east-1.amazonaws.com/us-east-1_Upgrade00", "client_id": "c1", "server_side_token_check": true}]',
        '{arn:aws:iam::000000000000:oidc-provider/127.0.0.1:4100,arn:aws:iam::000000000000:oidc-provider/gone.example}',
        '{}', 7, '2026-01-03 00:00:00+00', '2026-01-04 00:00:00.123456+00', null),
    ('us-east-1:11111111-0000-4000-8000-000000000001', '210987654321', 'of somebody else', false, null, null,
        '{}', '[]', '{}', '{}', 1, '2026-01-05 00:00:00+00', '2026-01-05 00:00:00+00', null),
    ('us-east-1:11111111-0000-4000-8000-000000000003', '000000000000', 'of employees', false, null, null,
        '{}', '[]', '{}', '{arn:aws:iam::000000000000:saml-provider/corp}', 2, '2026-01-05 00:00:00+00', '2026-01-05 00:00:00+00', null),
    ('us-east-1:11111111-0000-4000-8000-000000000002', '000000000000', 'deleted', true, false, null,
        '{}', '[]', '{}', '{}', 2147483647, '2026-01-05 00:00:00+00', '2026-01-06 00:00:00+00', now());

insert into identity_pool_tag (pool_id, key, value) values
    ('us-east-1:2c5b8882-a916-4551-aa0c-c350746f1596', 'team', 'identity & <access>; --'), ('us-east-1:2c5b8882-a916-4551-aa0c-c350746f1596', 'Ünï "code" 💥', '');

-- A guest, users of a provider, a developer's user, one with three logins, one that gave way, and one of the deleted pool.
insert into identity (id, pool_id, state, version, created_at, modified_at) values
    ('us-east-1:3f59ca1b-4777-4fbf-b6f8-8a06b66a879d',
        'us-east-1:2c5b8882-a916-4551-aa0c-c350746f1596', 0, 1, '2026-02-01 00:00:00+00', '2026-02-01 00:00:00+00'),
    ('us-east-1:00000001-0000-4000-8000-000000000001',
        'us-east-1:2c5b8882-a916-4551-aa0c-c350746f1596', 1, 2, '2026-02-02 00:00:00+00', '2026-02-03 00:00:00.000001+00'),
    ('us-east-1:00000002-0000-4000-8000-000000000002',
        'us-east-1:2c5b8882-a916-4551-aa0c-c350746f1596', 1, 1, '2026-02-02 00:00:00+00', '2026-02-02 00:00:00+00'),
    ('us-east-1:00000003-0000-4000-8000-000000000003',
        'us-east-1:2c5b8882-a916-4551-aa0c-c350746f1596', 1, 1, '2026-02-02 00:00:00+00', '2026-02-02 00:00:00+00'),
    ('us-east-1:00000004-0000-4000-8000-000000000004',
        'us-east-1:2c5b8882-a916-4551-aa0c-c350746f1596', 1, 9, '2026-02-02 00:00:00+00', '2026-02-09 00:00:00+00'),
    ('us-east-1:00000005-0000-4000-8000-000000000005',
        'us-east-1:2c5b8882-a916-4551-aa0c-c350746f1596', 2, 2, '2026-02-02 00:00:00+00', '2026-02-04 00:00:00+00'),
    ('us-east-1:00000006-0000-4000-8000-000000000006', 'us-east-1:11111111-0000-4000-8000-000000000002', 0, 1,
        '2026-02-02 00:00:00+00', '2026-02-02 00:00:00+00');

insert into login (pool_id, kind, provider, subject, full_subject, identity_id, created_at) values
    ('us-east-1:2c5b8882-a916-4551-aa0c-c350746f1596', 0, '127.0.0.1:4100', 'O''Brien"; drop table login; -- \ 💥', null,
        'us-east-1:00000001-0000-4000-8000-000000000001', '2026-02-02 00:00:00+00'),
    ('us-east-1:2c5b8882-a916-4551-aa0c-c350746f1596', 0, '127.0.0.1:4100', 'sha256:zBOcCTC0hgjnvuNgAa0rXV3ACu4P3FBNiK-LVxCWVJo',
        decode('7300680061003200350036003a006d006500', 'hex'), 'us-east-1:00000002-0000-4000-8000-000000000002', '2026-02-02 00:00:00+00'),
    ('us-east-1:2c5b8882-a916-4551-aa0c-c350746f1596', 1, 'backend', 'employee 1', null, 'us-east-1:00000003-0000-4000-8000-000000000003', '2026-02-02 00:00:00+00'),
    ('us-east-1:2c5b8882-a916-4551-aa0c-c350746f1596', 1, 'backend', 'Employee 1', null, 'us-east-1:00000003-0000-4000-8000-000000000003', '2026-02-02 00:00:00+00'),
    ('us-east-1:2c5b8882-a916-4551-aa0c-c350746f1596', 0, '127.0.0.1:4100', 'maria', null, 'us-east-1:00000004-0000-4000-8000-000000000004', '2026-02-02 00:00:00+00'),
    ('us-east-1:2c5b8882-a916-4551-aa0c-c350746f1596', 0, 'accounts.google.com', 'maria', null, 'us-east-1:00000004-0000-4000-8000-000000000004', '2026-02-03 00:00:00+00'),
    ('us-east-1:2c5b8882-a916-4551-aa0c-c350746f1596', 1, 'backend', 'maria', null, 'us-east-1:00000004-0000-4000-8000-000000000004', '2026-02-09 00:00:00+00');

insert into open_id_connect_provider (arn, account_id, url, thumbprints, created_at) values
    ('arn:aws:iam::000000000000:oidc-provider/127.0.0.1:4100', '000000000000', 'http://127.0.0.1:4100', '{}', '2026-01-02 00:00:00+00'),
    ('arn:aws:iam::210987654321:oidc-provider/127.0.0.1:4100', '210987654321', 'http://127.0.0.1:4100',
        '{0123456789abcdef0123456789abcdef01234567}', '2026-01-02 00:00:00+00');
insert into open_id_connect_provider_client (arn, client_id) values
    ('arn:aws:iam::000000000000:oidc-provider/127.0.0.1:4100', 'mint-client'),
    ('arn:aws:iam::000000000000:oidc-provider/127.0.0.1:4100', 'another "client", with; everything');

insert into signing_key (kid, number, algorithm, state, public_jwk, wrapped_private_key, created_at, activated_at, retired_at)
values
    ('us-east-199', 99, 'RS512', 'retired', (
        '{"kty":"RSA","alg":"RS512","use":"sig","kid":"us-east-199","n":"hicByg5OruqQ4riC0KMYN1bt21EjuySAlRXhDA9CRTqlAB'
        || 'XpWCRdVdBDYWNc_ABUfkirnEbYfRu28P-Qj1g25PkE_lw-QOs48HI6I6gdh6NaX9y4Px4NYYTaWYsAInjiZ4dohJZpQq_qI7Nggx96d0w5M9Oo'
        || '9D_JO_6M7EfHz2x5ppdOB2xYjGvu1zU0EPzc6yBc72LGGBs_XyCCKDFSaGCc23tArCLm5OQzZ_yLjgKQG5lS2RyCtNUa8tR3SKiQThRiWJQbiB'
        || 'UpzZuQgGEI7iiQTbgGSyHynppDkntDMW_4yd3Gm7AXYZAcUw6AqaLsSzHu-TkqKXUXU_JIwy9oEw","e":"AQAB"}')::json,
        '', now() - interval '9 days', now() - interval '8 days', now() - interval '1 hour'),
    ('us-east-11', 1, 'RS512', 'current', (
        '{"kty":"RSA","alg":"RS512","use":"sig","kid":"us-east-11","n":"hicByg5OruqQ4riC0KMYN1bt21EjuySAlRXhDA9CRTqlABX'
        || 'pWCRdVdBDYWNc_ABUfkirnEbYfRu28P-Qj1g25PkE_lw-QOs48HI6I6gdh6NaX9y4Px4NYYTaWYsAInjiZ4dohJZpQq_qI7Nggx96d0w5M9Oo9'
        || 'D_JO_6M7EfHz2x5ppdOB2xYjGvu1zU0EPzc6yBc72LGGBs_XyCCKDFSaGCc23tArCLm5OQzZ_yLjgKQG5lS2RyCtNUa8tR3SKiQThRiWJQbiBU'
        || 'pzZuQgGEI7iiQTbgGSyHynppDkntDMW_4yd3Gm7AXYZAcUw6AqaLsSzHu-TkqKXUXU_JIwy9oEw","e":"AQAB"}')::json,
        decode('01f8efe203e2a02f93830b400f8e645e1283a04ba59816a3b4c917d90083a61aa5fb41ffc0237ab0fbfb4709a475bd305fb466ea6b2325'
        || 'f34d3b7afc04f03aca83f8b8eb3d04b35719f334195c59e347b6a08ac7390a5c9006ea0d7f4773f4e1cace0601c9b2b4cad72977bf69b3'
        || 'f8ae489c6991ee399fbfbfee6801f1b485eb6eeca76784eaa6d884cb14aed2cc504107a7de056efc54ed82bf97742255e9faa54dac8c9e'
        || '8bb61c21db7a359a0b4a7be09111d8f6f6c01064bb8cb263905e33f411102f449e2e81472b17489dbe5857bd97ee14528dcfed7dec54c2'
        || 'd9acfd8730b070a3fabf9863f4905757245af56107eec102b617b16d589284c8181ec5673eda5fdaf0669de16287ad05bf41a9128bae69'
        || '303d71564a32e5003a82a442e877089a6352ec45e393d197dac888ad6f93d7f8fea43db63dcefa82a03452ec6f6b0729f1c44244e45f82'
        || 'ab4758266325ba0af61c0e0f90bd81e0f8697024b7c6c340d879fab299efac71beb1b045f25dbcd41ab258db3e9a1f59ec93206b77fc8d'
        || '4cd3d1298f4e3c517955203900437ca20c2aab0f856a8d04d80194d44784e6b87282fd8f29f784872333f351fd590632c92b62d4b111a3'
        || 'ca890183288601942bd05056155b422866a1b1c6ff46bee5608d1c47ab2b8e174bafe2e272d7558fcd445b96a91d09bab13c50bf8aefed'
        || '513c050d6dfdde417fc0d49703404ab3298412fe8cf0e5d726d845bd1e33149faf985c5faf5ce9e54aebbcf6747808047d8651831ae226'
        || 'd21ecd70355865a1ce8a0d7c3d683f9f21ca7e7b061c87633ed5d5ec69011738252596013e287ebf9622fa691d1a025ca16576d4d651f1'
        || '57cd6b7b3e263a8e7e579fe92346344d7e7c1b11a13155678ffe7e819d35cd93cf693efd0b5567bc1a4e5c0b41b6f35ee1ebbd6e98b36b'
        || 'e06950f6ac75c29c3b44c73d87051b0b46efe8960575dc7842b869ad123c997f391537236b9d72ea696f207cf0e7769355d91542efa992'
        || '17659aad21bf4c23ceb05be5460cade7451d0d6abc54116bd224a3aff6fd07f2424eaacf5879b8722bf7858573b9ea46d444750ceef6c2'
        || '85808750fb7638d53b7e639173217c294b57d494bac3f2b7400db60274b0bf4e02de1b4c9b65cd77801687e1fd75dfdd003b499cfe18cb'
        || '0cf085b05bc97fe6062356d448f9b863e44129d544e9ff713d19d4be63b5a1cdd833a773e9c3f8241b1c1c26f637e707e50cf0ebfa9444'
        || '28b6e7733f5945d7ec22f073b18e4972a2d4e127aef600f2c1714c31777d804aba7a75eb547e60a253034736fdb5afcf3b59e819dc093f'
        || 'ab8119fd850d7687f3501c442eb60a75504d1904be4b43562012cc55896521c2ee656ed9e762ed9ad230f7a7985309a5f6860672574de8'
        || '4b8ed22dc06c3e20eb5aa3b0098153081cbda6d83e0e60e3b567079df18fcf2decfa06002048a7cdc0ac31f6f0bc19911bcc96c6f6646d'
        || '3a8b8d7171b36693f5c1a6b2db56afde6e994af83b6f41f692ef5dd86c8c9ef35cb997fe5bd3f0c735042664dc57202e1bea60d42a9516'
        || '8fe8c19fbd06797a4a362c9143f6a7d2bd242d45de049d5e919789a91e2b666db3cf02fba8e3911dc81471155d1aa383658a1e898cf51a'
        || 'f63c4a674c57383bdf72fba2dc651254f19e925ef8ce29e91f3647310e81890aff9a31de862a6eb243371bfee6edfc330d280dd7fd01d3'
        || 'c4a52823c9c1df16647a95dc04a60e9470b6ad509716d383f1cbdaf0c8b5888901732d2fc8995184', 'hex'),
        now() - interval '2 days', now() - interval '1 day', null),
    ('us-east-12', 2, 'RS512', 'next', (
        '{"kty":"RSA","alg":"RS512","use":"sig","kid":"us-east-12","n":"52rXAmDPESh_kfOHvQUO2RqqrYwxPUH58_WwL_hKreqhxMX'
        || 'yUK_VPg8cAxgxpErc7jvOlpy4GsEK1c0DgUTBhyPwFctRF11SRn7F1WDboSiRyZJNK4cB3_hWua7i9mlL7OabpycfLLEt3BY-Shqax3QaJyhmn'
        || 'wGEJ9Us9y0RM-Ud2VRctJrp9LR4RMsQKly-MX3sZArfQWXlj8U6mzpk7bs74BgsbWZXT9dIXbOtNQ7FDvo432YonaEYWD9CKBJy70gDqI_cir6'
        || 'nMPrnDms1qefOKPS7SxIPV7JkaV7rAUwcst_gdtpvICB5nEPTtrqzLWWvYpDAecFe0jwZY1nPxw","e":"AQAB"}')::json,
        decode('01f8efe203d582637f9a94d4da9bbbb628261618f08c0624cf12079b0369b7e08601ac19a4c15495800e74a0bbaba9b5c9a8af5afd99ab'
        || '7630062c7774f836c02fd8ff075c1f9186ef0528280977c59edd6a3d4cd27a6121e7117338a025b29bb9a1a0ce2d26add6054383b8cdca'
        || 'db52b4ff68853fd8a39846ea494b62bca2fa2a7423202c3d8ef4c8bcb56e4df0d8f949c55758e3bf85b5d202242c791c2fa3a47b6ddf79'
        || 'bdfa51c24ec6fd7dec6064b414d343d23654a51b39aea9e3214a5c1f72b1891fec7cdfa8e921de45f66d3d36fc63f6f067d1b978d3f60b'
        || 'c49915d8fc7a01ebc5c869a50eea4f3a3ce40d37b675b651e12b529a5e59c0a503cf749501a2270c9f11fc79d4bbc21fc0f1fe7cf69aa0'
        || '504ba6b99c8ead92e025b64afd8e339c07bf6186a219052d0c65c64cbe2028e29794606222e671626d60f39207da1bebcafacec1429696'
        || 'd527d68d474d7534f83e15c832484214d1cad440d500fcc9655d8ba33e9603dc43f6512b2ba1b317616467109ea9f3e52b06f12c5944f7'
        || 'db9387e3b72cf837987e6e76cc6b9961839f29ec2f6a2ff6dc01837aeea8cded590a580b36816bd8bd90d6fa01235e490b6508a50d2e86'
        || '05fb52569d65a756d3518d1eae91589dda0f39a14dd2f69d0f50760573445a389b54aa53349655e764fff68b89e80a92e1a390675b6a6c'
        || '5cc7235209514020267a12c99d175ca4226f698ffa15db32e16c08e835168b8bd7081f8ae2845fbe76eecdce8bb9e82a044f33a8c598e7'
        || '622625c98201715ee1a62e178c5f0e1191d07bf252d231dc8d9f43aecba5ddf6f9f653555a6a4351c54a2ee414fb51040de9d8e1ff3d6c'
        || 'f9738c9f1f1682ffa4358a3e75db60205b98cbffe6e3e3b7d5b84d108f173e3e8cabac97222cd53c68b4e3c4a06e512ab8a1c10a048d5b'
        || 'b8ba203db86923b0dc2d5c226f82e97a04d3adef48f07af055378312c59970d1de12f535cfb47a8db4316befe680df224ac99db7bf868a'
        || '9cf25e157f7a6e9717e4c2a0f15169e6f798514f4136280257500f267e207757e58067be14e524f7ef031ba6302983db51078b2bb7aa31'
        || 'aed3ebc32cfd7d3f3e058ea5699ef124cae434a6e59dbe4c529a618af8b7221b79f6706ac2896f7370e9c1a284858880bfc98859563013'
        || 'f94d065d554956daa53529e676a2fd114cac3a35fd6e22ee27c45e816377f4c6ddd647e400dc6bf33c864f6540952e77f551733217ffba'
        || 'bceca0942083435c5ed8898f86d2c61af36be5651cb5e6384bdb39d015993a70b29ce5c29a90617fb75a22f9fc1469bafb5c7dc6f7b904'
        || 'f89a9cdef267f3e1b424eee2303a9fe1d83f52c96317ac8fd91f48aeb5c659ded343e52cadbae68c8b88b494249078c5eeba331c31821e'
        || 'dc143ca442360859fa2274d223ef17fa926d07c97ea0b32b14f1307b9fa008e06d3ea53590d4955dcd7ca76e506cc028f4a5b9601e63f0'
        || '18e85b67857396b1aab9bdf16daa8e98fbcde328e29f49c6ba842709ea47e131f452b5f31c5bef8e0dcd53fc42c7afb0a6656a5fe55b2e'
        || '49cbe2eb89932546c444f55fbb2d4659dd5513974418669dc401e43f37ecd9582c8bfc9b650c7acf901d22ef2d993e3457ac11a5b83989'
        || '8f6611bc3f29080715b36ee1dc1fb42e20d0f6b6f35021f92ba3c58b350002e7c366ddb69b241f6ecb239933f7950df04ee22b33e77367'
        || '5539bdd8c48548f021077342f56fe7ca4f73986620d52ba3c212618d295be374739e3f8ae19dbecf', 'hex'),
        now() - interval '1 day', null, null);
